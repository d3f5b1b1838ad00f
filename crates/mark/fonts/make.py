#!/usr/bin/env python3
"""Makes the font of this folder from a font of Debian 12. README.md names the source.

Needs fontTools 4.68.0; the same source gives the same bytes.
"""

import hashlib
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

SOURCE = "NotoSansCJK-Bold.ttc"
DIGEST = "faa5f3656a78b2e2d450d27fe8382c778bc2b6bb5ea29c986664a6a435056ceb"
FAMILY, STYLE = "Kouan Mark", "Bold"
# What notices of AI-generated content are written with.
WORDS = (
    "人工智能生成合成内容本可能为疑似由是的系经用在含有部分全整个该此以上下均已被未与和及或等"
    "标识提示声明说明注意请勿仅供参考甄别真实虚假构拟仿造假设"
    "模型大语言辅助创作制产出图片像画面视频音声文字本章数字人场景换脸克隆复修改编辑配译写绘"
    "技术服务平台使用者提供第三方自动机器深度学习算法"
    "、。，：；！？（）《》〈〉【】「」“”‘’…—·"
)
DROPPED = ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "gasp", "vhea", "vmtx", "DSIG", "FFTM", "kern"]


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/opentype/noto")
    path = root / SOURCE
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != DIGEST:
        sys.exit(f"{path}: SHA-256 is {digest}")
    font = TTFont(path, fontNumber=2, recalcTimestamp=False)
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.notdef_outline = True
    options.glyph_names = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.name_languages = [0x409]
    options.drop_tables += DROPPED
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=set(map(ord, WORDS)) | set(range(0x20, 0x7F)))
    subsetter.subset(font)
    plain = f"{FAMILY.replace(' ', '')}-{STYLE}"
    name = font["name"]
    for record in list(name.names):
        new = {1: FAMILY, 2: STYLE, 3: plain, 4: f"{FAMILY} {STYLE}", 6: plain}.get(record.nameID)
        if new:
            name.setName(new, record.nameID, record.platformID, record.platEncID, record.langID)
    cff = font["CFF "].cff
    cff.fontNames = [plain]
    top = cff.topDictIndex[0]
    for field, value in {"FullName": plain, "FamilyName": FAMILY}.items():
        if hasattr(top, field):
            setattr(top, field, value)
    out = Path(__file__).parent / f"{plain}.otf"
    font.save(out)
    print(f"{out.name} {len(font.getGlyphOrder())} glyphs {out.stat().st_size} bytes "
          f"{hashlib.sha256(out.read_bytes()).hexdigest()}")


main()
