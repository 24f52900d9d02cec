"""What every data card says."""

from __future__ import annotations

WHAT = (
    "Clips of people with what can be seen, heard and read in them: atomic statements by "
    "modality, each with its origin, open emotion labels in English and Chinese, a description "
    "that explains them, short captions and instruction pairs. Built by `emer build`, after the "
    "form of EMER (arXiv 2306.15401). It tells which emotions clips **appear** to express, not "
    "what anybody felt."
)
USES = (
    "Training and evaluating models that explain which emotion a clip appears to express, for "
    "research on multimodal emotion understanding.",
    "Studying which cues in picture, sound and words go with which expressed emotion, and where "
    "they disagree.",
)
FORBIDDEN = (
    "Inferring emotions of people at the workplace or in education: prohibited in the European "
    "Union by Article 5(1)(f) of the AI Act (Regulation (EU) 2024/1689), except for medical or "
    "safety reasons. Other systems that recognise emotions are high-risk by its Annex III and "
    "have to tell people of their use (Article 50).",
    "Identifying, tracking or profiling anybody. The dataset names nobody; ids such as p1 hold "
    "within one clip.",
    "Guessing gender, age, ethnicity, health or any other trait of a person.",
    "Decisions about single people, such as hiring, policing, insurance or treatment.",
    "Anything that the licence of a source does not allow.",
)
LIMITS = (
    "An expression is not a feeling: people mask, act and differ by culture and by person.",
    'Measurements err, and annotating models guess; a statement that is "unchecked" was neither '
    "borne out nor refuted by any measurement.",
    '"Supported" and "contradicted" come from rules over words and measured cues; they miss '
    "what the rules do not name.",
    "What filters removed was removed by rules; they lose some true statements and keep some "
    "false ones.",
    "Agreement is that of models, and models can be wrong together.",
    "Labels and clips are distributed as the sources are, not as any population is.",
    "Texts were composed from the statements by fixed wordings, so they vary less than human "
    "writing.",
)
ZH = (
    "**中文简介。** 本数据集由 `emer build` 生成：每个片段配有带出处的视觉、听觉、文本和情绪线索、"
    "中英双语开放情绪标签、解释性描述、短字幕和指令问答。它描述的是片段**看起来**表达的情绪，"
    "并非当事人的真实感受。共 {clips} 个片段。禁止用于在工作场所或教育场景中识别情绪"
    "（欧盟《人工智能法》第 5 条），禁止用于识别、追踪或画像任何个人，也不得据此推断性别、"
    "年龄、族裔等特征。使用时须遵守各来源的许可。"
)
LOAD = """```python
from datasets import load_dataset

cues = load_dataset("path/to/this/folder", "cues")
```"""
STREAM = (
    "WebDataset shards with the clips inside; `emer.training.data.records.open_records` reads the "
    "folder of a split."
)
