"""How cues about faces and heads are said, in English and in Chinese."""

from __future__ import annotations

from dataclasses import dataclass

from emer.explanation import Language

_CLEAR, _STRONG = 0.45, 0.70  # about FACS intensities C and D
_WHOLE = 0.9  # share of the clip from which on a span is said to be all of it


@dataclass(frozen=True)
class Wording:
    """What a kind of cue says.

    Attributes:
        en: What the person does, third person, with {how} where the strength goes.
        en_other: The same as a whole sentence with {who}, {how} and {when}.
        zh: What the person does, with {how}.
        zh_other: The same as a whole sentence with {who}, {how} and {when}.
    """

    en: str
    en_other: str
    zh: str
    zh_other: str


WORDS: dict[str, Wording] = {
    "smile_genuine": Wording(
        "smiles{how} with raised cheeks",
        "{who}'s smile lifts the cheeks and narrows the eyes{how} {when}.",
        "{how}微笑，双颊上提",
        "{when}{who}的笑容{how}牵动了脸颊和眼周。",
    ),
    "smile_social": Wording(
        "smiles{how} with the mouth but hardly with the eyes",
        "{who}'s lip corners go up{how} while the cheeks stay at rest {when}.",
        "{how}微笑，但眼周几乎没有变化",
        "{when}{who}的嘴角{how}上扬，脸颊没有上提。",
    ),
    "smile_slight": Wording(
        "smiles faintly",
        "A hint of a smile lifts the lip corners of {who} {when}.",
        "露出一丝淡淡的笑意",
        "{when}{who}的嘴角微微上扬。",
    ),
    "brow_lowered": Wording(
        "lowers the brows{how}",
        "{who}'s brows are drawn down{how} {when}.",
        "{how}皱眉",
        "{when}{who}的眉毛{how}下压。",
    ),
    "inner_brow_raised": Wording(
        "raises the inner ends of the brows{how}",
        "The inner ends of {who}'s brows go up{how} {when}.",
        "{how}抬起眉头内侧",
        "{when}{who}的眉头内侧{how}上提。",
    ),
    "brow_raised": Wording(
        "raises the brows{how}",
        "{who}'s brows go up{how} over their full length {when}.",
        "{how}扬起眉毛",
        "{when}{who}的双眉{how}上扬。",
    ),
    "brow_knit_raised": Wording(
        "draws the brows up and together{how}",
        "{who}'s brows slant upwards and are knit{how} {when}.",
        "眉头{how}上提并紧锁",
        "{when}{who}的眉头{how}向上聚拢。",
    ),
    "face_crumpled": Wording(
        "screws up the face{how} with the eyes shut",
        "{who}'s eyes are squeezed shut, cheeks up and brows drawn{how} {when}.",
        "{how}紧闭双眼、整张脸皱起",
        "{when}{who}双眼紧闭，眉头{how}紧锁，脸颊上提。",
    ),
    "eyes_widened": Wording(
        "widens the eyes{how}",
        "{who}'s upper eyelids are raised{how} {when}.",
        "{how}睁大眼睛",
        "{when}{who}的上眼睑{how}抬起。",
    ),
    "eyes_narrowed": Wording(
        "narrows the eyes{how}",
        "{who}'s eyelids are tightened{how} {when}.",
        "{how}眯起眼睛",
        "{when}{who}的眼睑{how}收紧。",
    ),
    "nose_wrinkled": Wording(
        "wrinkles the nose{how}",
        "{who}'s nose wings are pulled up{how} {when}.",
        "{how}皱起鼻子",
        "{when}{who}的鼻翼{how}上提。",
    ),
    "upper_lip_raised": Wording(
        "raises the upper lip{how}",
        "{who}'s upper lip is pulled up{how} {when}.",
        "{how}抬起上唇",
        "{when}{who}的上唇{how}上提。",
    ),
    "lip_corner_one_sided": Wording(
        "pulls one corner of the mouth more than the other{how}",
        "One corner of {who}'s mouth is drawn{how} {when}, the other is not.",
        "一侧嘴角{how}牵动",
        "{when}{who}的嘴角{how}歪向一侧。",
    ),
    "lip_corners_down": Wording(
        "turns the lip corners down{how}",
        "{who}'s lip corners are pulled down{how} {when}.",
        "嘴角{how}下垂",
        "{when}{who}的嘴角{how}向下。",
    ),
    "chin_raised": Wording(
        "pushes the chin up{how} against the lower lip",
        "{who}'s chin is raised{how} {when}, as in a pout.",
        "下巴{how}上顶",
        "{when}{who}的下唇被下巴{how}顶起。",
    ),
    "lips_pressed": Wording(
        "presses the lips together{how}",
        "{who}'s lips are tight{how} {when}.",
        "{how}抿紧双唇",
        "{when}{who}的嘴唇{how}紧闭。",
    ),
    "lips_stretched": Wording(
        "stretches the lips sideways{how}",
        "{who}'s mouth is drawn wide{how} {when} without a smile.",
        "嘴唇{how}向两侧拉紧",
        "{when}{who}的嘴{how}向两边拉开，但没有笑。",
    ),
    "lips_sucked": Wording(
        "draws the lips in{how} between the teeth",
        "{who}'s lips are rolled in{how} {when}.",
        "{how}把嘴唇抿进口中",
        "{when}{who}的双唇{how}内收。",
    ),
    "jaw_dropped": Wording(
        "lets the jaw drop{how}, brows or eyelids raised",
        "{who}'s mouth falls open{how} {when} while brows or eyelids go up.",
        "{how}张口，眉眼上扬",
        "{when}{who}的下巴{how}落下，同时眉眼上抬。",
    ),
    "mouth_open_wide": Wording(
        "opens the mouth wide",
        "{who}'s mouth is wide open {when}.",
        "张大嘴",
        "{when}{who}的嘴大张。",
    ),
    "eyes_closed": Wording(
        "keeps the eyes closed",
        "{who}'s eyes are shut for longer than a blink {when}.",
        "闭着眼睛",
        "{when}{who}的眼睛闭得比眨眼更久。",
    ),
    "face_still": Wording(
        "shows little expression",
        "{who}'s face hardly moves {when}.",
        "几乎没有表情",
        "{when}{who}的面部几乎没有变化。",
    ),
    "blinking_fast": Wording(
        "blinks often",
        "{who}'s eyes blink quickly {when}.",
        "频繁眨眼",
        "{when}{who}眨眼很快。",
    ),
    "gaze_down": Wording(
        "looks down",
        "{who}'s eyes are lowered {when}.",
        "目光向下",
        "{when}{who}垂着眼睛。",
    ),
    "gaze_away": Wording(
        "looks aside",
        "{who}'s eyes are turned to the side {when}.",
        "目光转向一侧",
        "{when}{who}的眼睛看向旁边。",
    ),
    "head_down": Wording(
        "holds the head down{how}",
        "{who}'s head is bowed{how} {when}.",
        "{how}低着头",
        "{when}{who}的头{how}垂下。",
    ),
    "head_raised": Wording(
        "holds the head up{how}",
        "{who}'s chin is raised{how} {when}.",
        "{how}仰着头",
        "{when}{who}的头{how}抬起。",
    ),
    "head_tilted": Wording(
        "tilts the head{how} to one side",
        "{who}'s head leans{how} to one side {when}.",
        "{how}歪着头",
        "{when}{who}的头{how}偏向一侧。",
    ),
    "head_nod": Wording(
        "nods",
        "{who}'s head moves up and down {when}.",
        "点头",
        "{when}{who}的头上下点动。",
    ),
    "head_shake": Wording(
        "shakes the head",
        "{who}'s head turns to and fro {when}.",
        "摇头",
        "{when}{who}的头左右摇动。",
    ),
    "head_turned": Wording(
        "turns the head away{how}",
        "{who}'s face is turned{how} to the side {when}.",
        "{how}把头转开",
        "{when}{who}的脸{how}转向一侧。",
    ),
}

_HOW: dict[Language, tuple[str, str, str]] = {
    "en": (" slightly", "", " strongly"),
    "zh": ("略微", "", "明显"),
}


def strength(peak: float) -> int:
    """Return 0 for a slight, 1 for a clear and 2 for a strong expression."""
    return int(peak >= _CLEAR) + int(peak >= _STRONG)


def say(
    kind: str,
    language: Language,
    *,
    person: str | None,
    start: float,
    end: float,
    seconds: float,
    level: int = 1,
) -> str:
    """Say a cue in one sentence.

    Args:
        kind: A key of `WORDS`.
        language: Language of the sentence.
        person: Id of the person, None where there is only one.
        start: Start in seconds.
        end: End in seconds.
        seconds: Length of the clip, 0 for a still image.
        level: What `strength` returned.
    """
    wording, how = WORDS[kind], _HOW[language][level]
    when = _when(language, start, end, seconds)
    name = who(language, person)
    if round(start * 10) % 2:
        other = wording.en_other if language == "en" else wording.zh_other
        return _sentence(other.format(who=name, how=how, when=when))
    if language == "en":
        return _sentence(f"{name} {wording.en.format(how=how)} {when}.")
    return f"{when}{name}{wording.zh.format(how=how)}。"


def say_change(first: str, second: str, language: Language, person: str | None) -> str:
    """Say that one expression gives way to another; both are keys of `WORDS`."""
    name = who(language, person)
    if language == "en":
        a, b = (WORDS[kind].en.format(how="") for kind in (first, second))
        return _sentence(f"{name} first {a}, then {b}.")
    a, b = (WORDS[kind].zh.format(how="") for kind in (first, second))
    return f"{name}先{a}，然后{b}。"


_WHY: dict[Language, dict[str, str]] = {
    "en": {
        "small": "too small",
        "turned": "turned away",
        "dark": "in the dark",
        "blurred": "blurred",
        "covered": "covered or cut off",
    },
    "zh": {
        "small": "太小",
        "turned": "背对或侧对镜头",
        "dark": "处在暗处",
        "blurred": "模糊不清",
        "covered": "被遮挡或不在画面内",
    },
}


def say_unseen(kind: str, language: Language, share: float, why: str | None) -> str:
    """Say that faces are absent or cannot be measured.

    Args:
        kind: "face_absent" or "face_unusable".
        language: Language of the sentence.
        share: Share of the frames, 0..1.
        why: The most frequent reason, if one is known.
    """
    percent = round(100 * share)
    if kind == "face_absent":
        if language == "en":
            return f"No face can be measured in {percent} % of the pictures."
        return f"{percent}% 的画面中没有可测量的人脸。"
    reason = _WHY[language].get(why or "", "")
    if language == "en":
        return f"In {percent} % of the pictures a face is there but {reason}, so it is not read."
    return f"{percent}% 的画面中有人脸{reason}，因此不作解读。"


def who(language: Language, person: str | None) -> str:
    """Name a person without saying anything about them."""
    if language == "en":
        return f"person {person}" if person else "the person"
    return f"人物 {person} " if person else "画面中的人"


def _when(language: Language, start: float, end: float, seconds: float) -> str:
    """Say when."""
    if seconds <= 0:
        return "in the picture" if language == "en" else "在画面里，"
    if end - start >= _WHOLE * seconds:
        return "throughout" if language == "en" else "自始至终，"
    if language == "en":
        return f"from {start:.1f} to {end:.1f} s"
    return f"从 {start:.1f} 秒到 {end:.1f} 秒，"


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
