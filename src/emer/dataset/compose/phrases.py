"""Wordings of captions, questions and answers, in English and Chinese."""

from __future__ import annotations

from emer.explanation import Language

Wordings = dict[Language, tuple[str, ...]]

OPENINGS: dict[Language, dict[str, str]] = {
    "en": {
        "visual": "In the video, {}.",
        "auditory": "In the audio, {}.",
        "textual": "In the text, {}.",
    },
    "zh": {"visual": "视频中，{}。", "auditory": "音频中，{}。", "textual": "文本中，{}。"},
}
CONCLUSIONS: Wordings = {
    "en": (
        "Overall, the person {appears}.",
        "Taken together, the person {appears}.",
        "From these cues, the person {appears}.",
        "All in all, the person {appears}.",
    ),
    "zh": (
        "总体来看，画面中的人{appears}。",
        "综合来看，画面中的人{appears}。",
        "由这些线索可见，画面中的人{appears}。",
    ),
}
ALONE: Wordings = {"en": ("The person {appears}.",), "zh": ("画面中的人{appears}。",)}
"""The conclusion where there is nothing to conclude from."""

SUBJECTS: dict[Language, dict[str, str]] = {
    "en": {"person": "the person", "visual": "what is seen", "auditory": "what is heard"},
    "zh": {"person": "画面中的人", "visual": "画面", "auditory": "声音"},
}
CAPTIONS: Wordings = {
    "en": (
        "{said}; {subject} {appears}.",
        "{subject} {appears}: {said}.",
        "{said}; from this, {subject} {appears}.",
    ),
    "zh": ("{said}；{subject}{appears}。", "{subject}{appears}：{said}。"),
}

EXPLAIN: Wordings = {
    "en": (
        "What emotion does the person appear to express, and which cues show it?",
        "Describe what is seen, heard and said in this clip, and explain which emotion it "
        "appears to express.",
        "How does the person in the clip appear to feel? Explain it by visual, auditory and "
        "textual cues.",
        "Go through the cues in picture, sound and words, and infer the emotion they suggest.",
    ),
    "zh": (
        "画面中的人似乎表现出什么情绪？请说明依据。",
        "请描述这段视频中看到、听到和说到的内容，并解释它似乎表达了什么情绪。",
        "片段中的人看起来感受如何？请结合视觉、听觉和文本线索说明。",
        "请逐一分析画面、声音和话语中的线索，并推断其情绪。",
    ),
}
LABELS: Wordings = {
    "en": (
        "List the emotions that the person appears to express, separated by commas.",
        "Which emotions does this clip appear to show? Answer with labels only, separated by "
        "commas.",
        "Name the emotion labels that fit this clip, as a list with commas.",
    ),
    "zh": (
        "请列出画面中的人似乎表现出的情绪，用逗号分隔。",
        "这段视频似乎表现了哪些情绪？只回答情绪标签，用逗号分隔。",
        "请写出符合这段视频的情绪标签，用逗号分隔。",
    ),
}
VISUAL: Wordings = {
    "en": (
        "What do face, gaze, head and body show? Describe only what is seen.",
        "Describe the visual cues of this clip.",
        "Which cues are seen in the picture?",
    ),
    "zh": (
        "请只描述看到的内容：表情、目光、头部和身体。",
        "请描述这段视频的视觉线索。",
        "画面中可以看到哪些线索？",
    ),
}
AUDITORY: Wordings = {
    "en": (
        "How does the voice sound, and what else is heard? Describe only what is heard.",
        "Describe the auditory cues of this clip.",
        "Which cues are heard in the sound?",
    ),
    "zh": (
        "请只描述听到的内容：嗓音如何，还有什么声音？",
        "请描述这段视频的听觉线索。",
        "声音中可以听到哪些线索？",
    ),
}
JUDGE: Wordings = {
    "en": (
        'Does the clip show this: "{said}"? Answer yes or no, and say why.',
        'Judge the statement "{said}" by the clip: yes or no, with the reason.',
        'Is it true of this clip that "{said}"? Give yes or no and the reason.',
    ),
    "zh": (
        "“{said}”，这段视频是否如此？请回答是或否，并说明理由。",
        "请根据视频判断这句话是否正确：“{said}”。回答是或否，并给出理由。",
    ),
}
YES: dict[Language, str] = {"en": "Yes: {}.", "zh": "是的，{}。"}
NO: dict[Language, str] = {"en": "No: {}.", "zh": "不是，{}。"}
AT: dict[Language, str] = {
    "en": "this is so from {:.1f} to {:.1f} s",
    "zh": "从 {:.1f} 秒到 {:.1f} 秒正是如此",
}
THROUGHOUT: dict[Language, str] = {"en": "the clip shows it", "zh": "视频中正是如此"}
EVIDENCE: Wordings = {
    "en": (
        "Why does the person {appear}?",
        "Which cues suggest that the person {appears}?",
        "What is the evidence that the person {appears}?",
    ),
    "zh": (
        "为什么说画面中的人{appears}？",
        "哪些线索表明画面中的人{appears}？",
        "有什么依据说画面中的人{appears}？",
    ),
}
BECAUSE: Wordings = {
    "en": ("The person {appears}: {said}.", "{Said}; so the person {appears}."),
    "zh": ("因为{said}，所以画面中的人{appears}。", "{said}，由此可见画面中的人{appears}。"),
}
