"""Made-up names for the demo world: common family and given names, put together by a seeded draw."""

from random import Random

FAMILY = (
    ("佐藤", "Sato"), ("鈴木", "Suzuki"), ("高橋", "Takahashi"), ("田中", "Tanaka"), ("伊藤", "Ito"), ("渡辺", "Watanabe"),
    ("山本", "Yamamoto"), ("中村", "Nakamura"), ("小林", "Kobayashi"), ("加藤", "Kato"), ("吉田", "Yoshida"), ("山田", "Yamada"),
    ("佐々木", "Sasaki"), ("山口", "Yamaguchi"), ("松本", "Matsumoto"), ("井上", "Inoue"), ("木村", "Kimura"), ("林", "Hayashi"),
    ("清水", "Shimizu"), ("山崎", "Yamazaki"), ("森", "Mori"), ("池田", "Ikeda"), ("橋本", "Hashimoto"), ("阿部", "Abe"),
    ("石川", "Ishikawa"), ("前田", "Maeda"), ("藤田", "Fujita"), ("後藤", "Goto"), ("岡田", "Okada"), ("長谷川", "Hasegawa"),
    ("村上", "Murakami"), ("近藤", "Kondo"), ("石井", "Ishii"), ("遠藤", "Endo"), ("青木", "Aoki"), ("坂本", "Sakamoto"),
    ("髙島", "Takashima"), ("福田", "Fukuda"), ("西村", "Nishimura"), ("三浦", "Miura"),
)  # fmt: skip
GIVEN = (
    ("美咲", "Misaki"), ("大輔", "Daisuke"), ("彩花", "Ayaka"), ("健太", "Kenta"), ("由佳", "Yuka"), ("翔太", "Shota"),
    ("直美", "Naomi"), ("拓也", "Takuya"), ("恵子", "Keiko"), ("亮", "Ryo"), ("麻衣", "Mai"), ("誠", "Makoto"),
    ("香織", "Kaori"), ("浩二", "Koji"), ("千尋", "Chihiro"), ("修", "Osamu"), ("真由美", "Mayumi"), ("剛", "Tsuyoshi"),
    ("陽子", "Yoko"), ("隆", "Takashi"), ("葵", "Aoi"), ("蓮", "Ren"), ("結衣", "Yui"), ("樹", "Itsuki"), ("奈々", "Nana"),
    ("智也", "Tomoya"), ("桃子", "Momoko"), ("慎吾", "Shingo"), ("沙織", "Saori"), ("一樹", "Kazuki"), ("裕子", "Yuko"),
    ("達也", "Tatsuya"), ("遥", "Haruka"), ("優", "Yu"), ("愛", "Ai"), ("和也", "Kazuya"),
)  # fmt: skip


def draw(count: int, rng: Random) -> list[tuple[str, str]]:
    """Return `count` different people as (Japanese name, Latin name), in a stable order for one seed."""
    pairs = [(family, given) for family in FAMILY for given in GIVEN]
    rng.shuffle(pairs)
    return [(f"{family[0]} {given[0]}", f"{given[1]} {family[1]}") for family, given in pairs[:count]]
