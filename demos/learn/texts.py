"""Sentences: the Learn tab around its chapters, and the presenter mode."""

from demos.learn import chapter_texts_1, chapter_texts_2

TEXTS = {
    "learn_title": {"en": "Learn", "ja": "GAN 入門"},
    "learn_heading": {"en": "How does it work?", "ja": "しくみを知る"},
    "learn_hint": {"en": "Short chapters with something to try in each.", "ja": "手を動かしながら読める、短い章です。"},
    "learn_rooms": {"en": "Parts of this tab", "ja": "このタブの中身"},
    "learn_chapters": {"en": "Chapters", "ja": "章を読む"},
    "learn_glossary": {"en": "Glossary", "ja": "用語集"},
    "learn_quiz": {"en": "Quiz", "ja": "クイズ"},
    "learn_zoo": {"en": "History of GANs", "ja": "GAN の年表"},
    "learn_talk": {"en": "Present", "ja": "発表する"},
    "learn_wait": {"en": "Loading …", "ja": "読み込んでいます…"},
    "learn_lost": {
        "en": "The lessons could not be loaded. Open the tab again.",
        "ja": "教材を読み込めませんでした。タブを開き直してください。",
    },
    "learn_sources": {"en": "Sources", "ja": "出典"},
    "learn_previous": {"en": "Previous chapter", "ja": "前の章"},
    "learn_next": {"en": "Next chapter", "ja": "次の章"},
    # glossary
    "learn_glossary_hint": {
        "en": "These are the terms on deep generative models in the Japanese G certificate (a deep-learning exam), and the "
        "terms you need to understand them.",
        "ja": "G検定の「深層生成モデル」で問われる言葉と、それを理解するための言葉を集めました。",
    },
    "learn_search": {"en": "Search", "ja": "検索"},
    "learn_found": {"en": "{n} found", "ja": "{n}件"},
    "learn_to_chapter": {"en": "Chapter:", "ja": "章："},
    # quiz
    "learn_quiz_hint": {
        "en": "There are five boxes. A right answer moves the question to the next box, and it comes again after 1, 3, 7 "
        "or 14 days. A wrong answer moves it back to the first box. Only this browser remembers your answers.",
        "ja": "箱は5つあります。正解すると次の箱に進み、1日・3日・7日・14日後にまた出題します。"
        "間違えると最初の箱に戻ります。記録が残るのは、このブラウザの中だけです。",
    },
    "learn_quiz_about": {"en": "Topic", "ja": "出題範囲"},
    "learn_quiz_all": {"en": "everything", "ja": "すべて"},
    "learn_quiz_start": {"en": "Start ({n} due)", "ja": "始める（今日は{n}問）"},
    "learn_quiz_ahead": {"en": "Practise early", "ja": "先取りして練習する"},
    "learn_quiz_none": {
        "en": "No question is due today. The next question comes on {day}.",
        "ja": "今日の分は終わりました。次の出題は {day} です。",
    },
    "learn_quiz_box": {"en": "Box {n}", "ja": "箱 {n}"},
    "learn_quiz_count": {"en": "Question {n} of {all}", "ja": "{all}問中{n}問目"},
    "learn_quiz_right": {"en": "Right!", "ja": "正解！"},
    "learn_quiz_wrong": {"en": "Not quite.", "ja": "おしい！"},
    "learn_quiz_answer": {"en": "right answer", "ja": "正解"},
    "learn_quiz_next": {"en": "Next", "ja": "次へ"},
    "learn_quiz_read": {"en": "Read the chapter", "ja": "この章を読む"},
    "learn_quiz_done": {"en": "You got {right} of {all} right.", "ja": "{all}問中{right}問正解でした。"},
    "learn_quiz_keys": {
        "en": "Keys: 1 to 3 to answer, Enter to continue.",
        "ja": "キー操作：1〜3 で解答、Enter で次へ進みます。",
    },
    "learn_quiz_forget": {"en": "Delete my answers", "ja": "記録を消す"},
    "learn_quiz_sure": {
        "en": "Delete all answers stored in this browser?",
        "ja": "このブラウザに残る記録をすべて消しますか？",
    },
    # timeline
    "learn_zoo_hint": {
        "en": "Sorted by the year of the first publication. The pictures come from models that run in this gallery.",
        "ja": "最初に公開された年の順です。絵が添えてあるのは、このギャラリーで動くモデルです。",
    },
    "learn_kinds": {"en": "Filter", "ja": "しぼり込む"},
    "learn_kind_image": {"en": "pictures", "ja": "画像を作る"},
    "learn_kind_condition": {"en": "conditional", "ja": "条件付き"},
    "learn_kind_translation": {"en": "picture to picture", "ja": "画像変換"},
    "learn_kind_text": {"en": "text", "ja": "文章"},
    "learn_kind_video": {"en": "video", "ja": "動画"},
    "learn_kind_audio": {"en": "sound", "ja": "音"},
    "learn_kind_training": {"en": "stable training", "ja": "学習の安定"},
    "learn_ours": {"en": "only models in this gallery", "ja": "ここで動くものだけ"},
    "learn_lives_here": {"en": "In this gallery: {name}", "ja": "このギャラリーで動くもの：{name}"},
    "learn_zoo_picture": {"en": "Pictures by {name}", "ja": "{name} が描いた絵"},
    # presenter mode
    "learn_talk_hint": {
        "en": "A talk is a list of items from the tabs. Put them in your order, save the list as a link, and start. The "
        "talk runs in full screen with large type. Use the arrow keys or a remote control (Page Up, Page Down).",
        "ja": "発表は、タブの中から選んだ「項目」のリストです。順番を入れ替え、リンクとして保存し、始めましょう。"
        "全画面・大きな文字で、矢印キーやプレゼン用リモコン（Page Up・Page Down）で進めます。",
    },
    "learn_talk_stops": {"en": "Items", "ja": "項目"},
    "learn_talk_add": {"en": "Add an item", "ja": "項目を足す"},
    "learn_talk_put": {"en": "Add", "ja": "追加"},
    "learn_talk_up": {"en": "Move up: {name}", "ja": "上へ：{name}"},
    "learn_talk_down": {"en": "Move down: {name}", "ja": "下へ：{name}"},
    "learn_talk_drop": {"en": "Remove: {name}", "ja": "外す：{name}"},
    "learn_talk_start": {"en": "Start the talk", "ja": "発表を始める"},
    "learn_talk_default": {"en": "Back to the suggested order", "ja": "おすすめの順番に戻す"},
    "learn_talk_link": {"en": "This link opens the same list again:", "ja": "このリンクを開くと、同じリストが現れます。"},
    "learn_talk_keys": {
        "en": "Keys: → or Page Down: next. ← or Page Up: back. N: full text of a chapter. F: full screen. B: black screen. "
        "Esc: end.",
        "ja": "キー操作：→／Page Down 次へ、←／Page Up 前へ、N 章の本文、F 全画面、B 画面を黒く、Esc 終了。",
    },
    "learn_bar": {"en": "Presentation", "ja": "発表"},
    "learn_bar_back": {"en": "Previous item", "ja": "前の項目"},
    "learn_bar_on": {"en": "Next item", "ja": "次の項目"},
    "learn_bar_text": {"en": "Full text", "ja": "本文"},
    "learn_bar_full": {"en": "Full screen", "ja": "全画面"},
    "learn_bar_end": {"en": "End the presentation", "ja": "発表を終える"},
    # for programs
    "learn_no_chapter": {
        "en": "There is no chapter '{name}'. There are: {names}.",
        "ja": "「{name}」という章はありません。あるのは {names} です。",
    },
    "learn_no_kind": {
        "en": "There is no kind '{name}'. There are: {names}.",
        "ja": "「{name}」という種類はありません。あるのは {names} です。",
    },
    "learn_no_language": {
        "en": "The language is 'en' or 'ja'.",
        "ja": "言語は en か ja で指定してください。",
    },
    "learn_bad_search": {
        "en": "The search text can have at most {most} characters.",
        "ja": "検索する言葉は{most}文字以内で入れてください。",
    },
    "learn_bad_count": {
        "en": "The number of questions must be from {least} to {most}.",
        "ja": "問題の数は {least} から {most} までです。",
    },
    "learn_bad_seed": {
        "en": "The seed must be a whole number from {least} to {most}.",
        "ja": "シードには {least} から {most} までの整数を入れてください。",
    },
    **chapter_texts_1.TEXTS,
    **chapter_texts_2.TEXTS,
}
