#!/usr/bin/env python3
"""Makes the fonts of this folder from the fonts of Debian 12. README.md names the sources.

Needs fontTools 4.68.0 and zstd 1.5; the same sources give the same bytes.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

SOURCES = {
    "wenkai": ("lxgw-wenkai/LXGWWenKai-Regular.ttf",
               "bbf534b0ca093928f94d1782855e65a19a32cde82b075d495d072025521953c8"),
    "sans": ("noto/NotoSansCJK-Bold.ttc",
             "faa5f3656a78b2e2d450d27fe8382c778bc2b6bb5ea29c986664a6a435056ceb"),
    "serif": ("liberation2/LiberationSerif-Regular.ttf",
              "29d12439831b7f59194efec85872f24f54eff05738933f9a860220d2abff88ba"),
    "serif-bold": ("liberation2/LiberationSerif-Bold.ttf",
                   "446a4421f297698427170fd7db20e59169a4188baaaf940e9bea58af6341a723"),
}
# Simplified characters of GBK that stand in names and in neither GB 2312 nor Big5.
NAMES = "祎赟镕飏頔钘珏珣玥珺琎璟翀翾昉昕晔晟暠旸旻晗曈堃垚淏湉滢澍瑄瑀祺禛骁骉鑫陞韡韫颙颢飖馡驷"
DROPPED = ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "gasp", "vhea", "vmtx", "DSIG", "FFTM", "kern"]


def encoded(codec, lower=0x4E00, upper=0x9FFF):
    """The ideographs that a codec has."""
    found = set()
    for point in range(lower, upper + 1):
        try:
            chr(point).encode(codec)
        except UnicodeEncodeError:
            continue
        found.add(point)
    return found


def first_level():
    """Level 1 of GB/T 2312: rows 16 to 55."""
    return {p for p in encoded("gb2312") if chr(p).encode("gb2312")[0] - 0xA0 <= 55}


def symbols():
    """Punctuation, kana, numbers in circles, boxes and the signs of GB/T 2312."""
    ranges = [(0x3000, 0x303F), (0x3041, 0x30FF), (0xFF01, 0xFF5E), (0xFFE0, 0xFFE6),
              (0x2460, 0x2473), (0x2160, 0x216B), (0x2170, 0x2179), (0x25A0, 0x25CF),
              (0x2010, 0x203B), (0x2190, 0x2199), (0x2200, 0x22A5), (0x3220, 0x3229)]
    single = "·×÷±§°℃℉№™©®√✓✔✗☐☑☒★☆♀♂㎎㎏㎜㎝㎞㎡㏄"
    return {p for lower, upper in ranges for p in range(lower, upper + 1)} | set(map(ord, single))


def latin():
    """Latin, Greek and Cyrillic letters, punctuation, currencies, a few signs."""
    ranges = [(0x20, 0x7E), (0xA0, 0x24F), (0x370, 0x3FF), (0x400, 0x45F), (0x1E80, 0x1EF9),
              (0x2010, 0x2044), (0x20A0, 0x20BF), (0x2116, 0x2116), (0x2122, 0x2122),
              (0x2190, 0x2195), (0x2200, 0x2265)]
    return {p for lower, upper in ranges for p in range(lower, upper + 1)}


def made(key, number, points, family, style, root):
    """One font, reduced to some characters and renamed."""
    path = root / SOURCES[key][0]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != SOURCES[key][1]:
        sys.exit(f"{path}: SHA-256 is {digest}")
    font = TTFont(path, fontNumber=number, recalcTimestamp=False)
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.notdef_outline = True
    options.glyph_names = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.name_languages = [0x409]
    options.drop_tables += DROPPED
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    name = font["name"]
    plain = f"{family.replace(' ', '')}-{style}"
    for record in list(name.names):
        new = {1: family, 2: style, 3: plain, 4: f"{family} {style}", 6: plain}.get(record.nameID)
        if new:
            name.setName(new, record.nameID, record.platformID, record.platEncID, record.langID)
    if "CFF " in font:
        cff = font["CFF "].cff
        cff.fontNames = [plain]
        top = cff.topDictIndex[0]
        for field, value in {"FullName": plain, "FamilyName": family}.items():
            if hasattr(top, field):
                setattr(top, field, value)
    out = Path(__file__).parent / f"{plain}.{'otf' if 'CFF ' in font else 'ttf'}"
    font.save(out)
    subprocess.run(["zstd", "--ultra", "-22", "-q", "-f", "--rm", str(out)], check=True)
    packed = out.with_name(out.name + ".zst")
    print(f"{packed.name} {len(font.getGlyphOrder())} glyphs {packed.stat().st_size} bytes "
          f"{hashlib.sha256(packed.read_bytes()).hexdigest()}")


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/truetype")
    body = encoded("gb2312") | encoded("big5") | set(map(ord, NAMES)) | symbols() | latin()
    made("wenkai", -1, body, "Kouan Fang", "Regular", root)
    made("sans", 2, first_level() | symbols(), "Kouan Hei", "Bold", root.parent / "opentype")
    made("serif", -1, latin(), "Kouan Serif", "Regular", root)
    made("serif-bold", -1, latin(), "Kouan Serif", "Bold", root)


main()
