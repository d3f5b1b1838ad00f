"""python3 verify_ledger.py FOLDER KEY [CHECKPOINT...]: checks a ledger with Python's library alone.
KEY is its public key, `<origin>+<id>+<base64>`, from whoever answers for the ledger; each CHECKPOINT
an earlier one kept elsewhere. Prints what was changed and exits 1, or says how much is whole: exit 0.
Formats: RFC 6962, RFC 8032, https://c2sp.org/tlog-tiles, /tlog-checkpoint, /signed-note."""
import base64, hashlib, pathlib, re, sys
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
def need(holds, otherwise): holds or sys.exit(f"not whole: {otherwise}")
def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()
def point(data):  # of the Edwards curve, from 32 bytes
    y, odd = int.from_bytes(data, "little") % 2**255, data[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    need(y < P and x * x % P == square, "the signature of the checkpoint is wrong")
    return (x if x % 2 == odd else -x % P), y
def add(a, b):
    k, x, y = D * a[0] * a[1] * b[0] * b[1], a[0] * b[1] + a[1] * b[0], a[1] * b[1] + a[0] * b[0]
    return x * pow(1 + k, -1, P) % P, y * pow(1 - k, -1, P) % P
def times(n, a): return add(times(n >> 1, add(a, a)), a if n & 1 else (0, 1)) if n else (0, 1)
def is_signed(key, text, sig):  # Ed25519; the base point is 58 66 66 .. 66
    s, h = (int.from_bytes(b, "little") for b in (sig[32:], hashlib.sha512(sig[:32] + key + text).digest()))
    base, key, r = point(b"X" + b"f" * 31), point(key), point(sig[:32])
    return len(sig) == 64 and s < ORDER and times(s, base) == add(r, times(h, key))
def head(path, vkey):  # size and root of a checkpoint that the key has signed
    (name, key_id, key), note = vkey.strip().split("+", 2), pathlib.Path(path).read_bytes().decode()
    text, key = note[: note.rindex("\n\n") + 1], base64.b64decode(key)[1:]
    lines = [line for line in note[len(text) :].split("\n") if line.startswith(f"\u2014 {name} ")]
    sigs = [raw[4:] for line in lines if (raw := base64.b64decode(line.split(" ")[2]))[:4].hex() == key_id
            and line.endswith(" " + base64.b64encode(raw).decode()) and text.startswith(name + "\n")]
    need(sigs and all(is_signed(key, text.encode(), sig) for sig in sigs), "not signed with this key")
    return int(text.split("\n")[1]), base64.b64decode(text.split("\n")[2])
def root(row):
    if len(row) < 2: return row[0] if row else sha()
    return root([sha(b"\1", *row[i : i + 2]) if i + 1 < len(row) else row[i] for i in range(0, len(row), 2)])
def read(folder, kind, index, width):
    name = re.sub(r"(\d{3})(?=\d)", r"x\1/", str(index).zfill(-(-len(str(index)) // 3) * 3))
    return pathlib.Path(folder, f"tile/{kind}/{name}{f'.p/{width}' * (width < 256)}").read_bytes()
def check(folder, vkey, *earlier):
    (size, signed), told, odd, made = head(folder + "/checkpoint", vkey), [], [], []
    for first, width in ((first, min(256, size - first)) for first in range(0, size, 256)):
        data, tile = (read(folder, kind, first // 256, width) for kind in ("entries", 0))
        for at in range(width):
            end = 2 + int.from_bytes(data[:2], "big")
            made.append(sha(b"\0", data[2:end])), told.append(tile[32 * at :][:32])
            data = data[end:]
        differs = [number for number in range(first, first + width) if made[number] != told[number]]
        odd += (differs or [first] * (data != b""))[:1]
    need(not odd, f"changed: {'the tile of ' * (root(made) == signed)}entry {', '.join(map(str, odd))}")
    need(root(made) == signed, "forked: this tree is not the one that was signed")
    for level in range(8):
        row = [root(row[i : i + 256]) for i in range(0, len(row) - 255, 256)] if level else made
        for i, part in ((i, row[i : i + 256]) for i in range(0, len(row), 256)):
            need(read(folder, level, i // 256, len(part)) == b"".join(part), f"changed: tile {level}/{i // 256}")
    for then, known in (head(path, vkey) for path in earlier):
        need(then <= size, f"cut: {size} entries, and {then} when an earlier checkpoint was signed")
        need(root(made[:then]) == known, f"forked: the first {then} entries were others")
    return size
try: print(f"whole: {check(*sys.argv[1:])} entries")
except (OSError, ValueError) as error: sys.exit(f"not whole: {error}")
