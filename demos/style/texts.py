"""Sentences: the Style tab."""

TEXTS = {
    "style_title": {"en": "Style", "ja": "画風"},
    "style_heading": {"en": "Change the style of a picture", "ja": "画風を変える"},
    "style_hint": {
        "en": "These networks turn one kind of picture into another. They never saw a matching pair.",
        "ja": "対になった見本を一度も見ずに学び、ある種類の画像を別の種類の画像に変えます。",
    },
    "no_styles": {
        "en": "There are no styles here yet. Import one from another project with: gan-zoo import latest_net_G_A.pth "
        "--name monet. Or train your own with: gan-zoo train --recipe cyclegan-ukiyoe. Then start the gallery again.",
        "ja": "まだ画風がありません。gan-zoo import latest_net_G_A.pth --name monet で公開済みの重みを取り込むか、gan-zoo "
        "train --recipe cyclegan-ukiyoe で学習してから、もう一度起動してください。",
    },
    "your_picture": {"en": "Your picture", "ja": "元の画像"},
    "bring_any": {"en": "Choose a file", "ja": "ファイルを選ぶ"},
    "camera": {"en": "Camera", "ja": "カメラ"},
    "take_photo": {"en": "Take a picture", "ja": "撮影する"},
    "close_camera": {"en": "Close", "ja": "閉じる"},
    "from_sketch": {"en": "Use the sketch", "ja": "スケッチの絵を使う"},
    "bring_hint": {
        "en": "Or drop or paste a picture, or a clip of up to 10 seconds. Nobody else sees it.",
        "ja": "画像や10秒までの動画を、ドロップや貼り付けでも選べます。ほかの人には見えません。",
    },
    "some_samples": {"en": "Or choose a sample", "ja": "サンプルから選ぶ"},
    "sample": {"en": "Sample {n}", "ja": "サンプル {n}"},
    "choose_style": {"en": "Style", "ja": "画風"},
    "direction_style": {"en": "Direction", "ja": "変換の向き"},
    "a_picture": {"en": "Picture", "ja": "画像"},
    "kind_landscape": {"en": "Photograph", "ja": "風景写真"},
    "kind_ukiyoe": {"en": "Ukiyo-e", "ja": "浮世絵"},
    "kind_vangogh": {"en": "Van Gogh", "ja": "ゴッホ"},
    "kind_flat": {"en": "Flat emoji", "ja": "平面の絵文字"},
    "kind_render": {"en": "3D emoji", "ja": "立体の絵文字"},
    "kind_emoji3d": {"en": "3D emoji", "ja": "立体の絵文字"},
    "before_label": {"en": "Before", "ja": "変換前"},
    "after_label": {"en": "After", "ja": "変換後"},
    "compare_style": {"en": "Drag to compare before and after", "ja": "ドラッグして変換前と変換後を見比べる"},
    "drop_here": {"en": "Drop a picture here", "ja": "ここに画像をドロップ"},
    "strength": {"en": "Strength", "ja": "画風の強さ"},
    "strength_hint": {"en": "How much of the style is mixed into your picture.", "ja": "元の画像に混ぜる画風の割合です。"},
    "save_full": {"en": "Download at full size (JPEG)", "ja": "元の大きさで保存（JPEG）"},
    "brought_picture": {"en": "{width} × {height} pixels", "ja": "{width}×{height}画素"},
    "brought_clip": {
        "en": "Clip of {seconds} s: {frames} frames of {width} × {height} pixels. This is the first frame.",
        "ja": "{seconds}秒の動画（{width}×{height}画素、{frames}コマ）の最初のコマです。",
    },
    "tried": {"en": "First, a small version: <b>{milliseconds} ms</b>", "ja": "まず小さな画像で <b>{milliseconds}ミリ秒</b>"},
    "tried_here": {
        "en": "First, a small version on this device: <b>{milliseconds} ms</b>",
        "ja": "まず小さな画像で、この端末で <b>{milliseconds}ミリ秒</b>",
    },
    "small_here": {
        "en": "Made at {width} × {height} pixels, because the server doesn't answer.",
        "ja": "サーバーから応答がないため、{width}×{height}画素で変換しました。",
    },
    "tiles": {"en": "Tile {done} of {tiles} …", "ja": "タイル{tiles}枚中{done}枚目…"},
    "restyled": {
        "en": "The whole picture, in {tiles} tiles: <b>{milliseconds} ms</b> of model time",
        "ja": "全体をタイル{tiles}枚で変換しました。モデルの計算は <b>{milliseconds}ミリ秒</b>",
    },
    "strokes": {
        "en": "A stroke has the same number of pixels in every picture. In a picture this large, strokes look finer and "
        "weaker than in the small version.",
        "ja": "筆づかいの大きさは、どの画像でも同じ画素数です。大きな画像では相対的に細かくなるため、"
        "最初の小さな画像よりおとなしく見えます。",
    },
    "restyled_whole": {
        "en": "At full size: <b>{milliseconds} ms</b> of model time",
        "ja": "元の大きさで変換しました。モデルの計算は <b>{milliseconds}ミリ秒</b>",
    },
    "stopped": {
        "en": "Stopped after {done} of {tiles} tiles. The rest is your original picture",
        "ja": "{tiles}枚のうち{done}枚のタイルで止めました。残りは元の画像のままです",
    },
    "there_and_back": {"en": "There and back", "ja": "行って、帰ってくる"},
    "there_and_back_hint": {
        "en": "CycleGAN has no pairs to learn from. Its guide is one rule: a restyled picture must turn back into the "
        "original.",
        "ja": "見本の対がない CycleGAN の手がかりは、「変換した画像は、逆に変換すれば元に戻るはず」という約束です。",
    },
    "cycle_start": {"en": "before", "ja": "元の画像"},
    "cycle_there": {"en": "there", "ja": "行き"},
    "cycle_back": {"en": "back", "ja": "帰り"},
    "cycle_error": {
        "en": "Cycle error <b>{n}</b>: the average difference of a pixel after the way back, on a scale of 0 to 255. 0 "
        "would be a perfect return.",
        "ja": "サイクル誤差 <b>{n}</b>：戻ってきた画像の画素は、255段階の明るさのうち平均でこれだけずれています。"
        "0 なら完全に元どおりです。",
    },
    "methods_heading": {"en": "CycleGAN and CUT side by side", "ja": "CycleGAN と CUT を並べて比べる"},
    "methods_hint": {
        "en": "CycleGAN trains two thieves and two detectives: a picture must come back unchanged. CUT trains one of each: "
        "every part of its result must resemble the same place of the original more than any other place. It knows no way "
        "back.",
        "ja": "CycleGAN は怪盗と探偵を二人ずつ育て、「行って帰れば元どおり」を手がかりにします。CUT は一人ずつです。"
        "結果のどの部分も、元の画像の同じ場所にいちばん似ていることを手がかりにします。帰り道はありません。",
    },
    "method_cost": {
        "en": "{milliseconds} ms, {thousands},000 parameters",
        "ja": "{milliseconds}ミリ秒、パラメータ{thousands},000個",
    },
    "method_minutes": {"en": ", {minutes} minutes of training", "ja": "、学習{minutes}分"},
    "no_way_back": {"en": "No way back", "ja": "帰り道なし"},
    "learnt_from": {
        "en": "Learnt from {b} pictures in this style and {a} pictures to start from. None of them are pairs.",
        "ja": "この画風の画像{b}枚と、変換元になる画像{a}枚から学びました。どれも対にはなっていません。",
    },
    "learnt_little": {
        "en": " So few pictures teach it colours and strokes, but not a master's eye.",
        "ja": "この枚数で身につくのは、色づかいと筆づかいまでです。巨匠の目までは学べません。",
    },
    "odd_kind": {
        "en": "This picture looks unlike those that the style learnt from, so the result may be odd.",
        "ja": "この画風が学んだ画像とは、感じの違う画像です。思いがけない結果になるかもしれません。",
    },
    "odd_learnt": {"en": "It learnt from:", "ja": "学んだ画像："},
    "sheet_heading": {"en": "All styles side by side", "ja": "すべての画風を並べる"},
    "sheet_make": {"en": "Try them all", "ja": "すべて試す"},
    "sheet_save": {"en": "Download the sheet (PNG)", "ja": "一覧を保存（PNG）"},
    "clip_heading": {"en": "The whole clip", "ja": "動画全体"},
    "clip_hint": {
        "en": "The model changes each frame separately, so colours may flicker. The strength comes from the slider above. "
        "If you stop, the finished part becomes the clip.",
        "ja": "1コマずつ別々に変換するので、色がちらつくことがあります。強さは上のスライダーの値を使います。"
        "途中で止めると、できたところまでが動画になります。",
    },
    "clip_make": {"en": "Change the clip", "ja": "動画を変換する"},
    "clip_save": {"en": "Download the clip (MP4)", "ja": "動画を保存（MP4）"},
    "film_alt": {"en": "The clip in another style", "ja": "画風を変えた動画"},
    "frames": {"en": "Frame {done} of {frames} …", "ja": "{frames}コマのうち{done}コマ目…"},
    "clip_made": {
        "en": "{n} of {frames} frames, <b>{milliseconds} ms</b> of model time each",
        "ja": "{frames}コマのうち{n}コマを変換しました。1コマあたり <b>{milliseconds}ミリ秒</b>",
    },
    "sample_clip": {"en": "Sample clip", "ja": "見本の動画"},
    "whole": {"en": "Use the full size", "ja": "元の大きさで使う"},
    "whole_offer": {
        "en": "Your picture has {width} × {height} pixels. It was scaled down, because strokes show best at this size. The "
        "full size takes about {times} times as long.",
        "ja": "この画像は{width}×{height}画素です。筆づかいがよく見える大きさに縮めました。"
        "元の大きさでは、およそ{times}倍の時間がかかります。",
    },
    "many_pixels": {
        "en": "This picture has {width} × {height} pixels. The limits are {most} megapixels and {side} pixels a side. "
        "Scale it down to use it.",
        "ja": "この画像は{width}×{height}画素です。使えるのは{most}00万画素、一辺{side}画素までです。縮小すれば使えます。",
    },
    "not_readable": {
        "en": "This file is not a picture or video that can be read. Choose a PNG, JPEG, WebP, GIF or MP4.",
        "ja": "画像としても動画としても読み取れないファイルです。PNG・JPEG・WebP・GIF・MP4 を選んでください。",
    },
    "no_frames": {
        "en": "This video has no frames. Choose another one.",
        "ja": "この動画にはコマがひとつもありません。別の動画を選んでください。",
    },
    "long_video": {
        "en": "This clip is longer than 10 seconds. Cut it and choose it again.",
        "ja": "10秒を超える動画です。短く切ってから、もう一度選んでください。",
    },
    "heavy_video": {
        "en": "This clip has too many frames for their size. Cut it or scale it down, then choose it again.",
        "ja": "動画のコマ数が画素数に対して多すぎます。短く切るか縮小してから、もう一度選んでください。",
    },
    "large_video": {
        "en": "The frames of this clip are too large. Scale it down and choose it again.",
        "ja": "動画の画素数が多すぎます。縮小してから、もう一度選んでください。",
    },
    "large_clip_here": {
        "en": "This file is larger than 20 MB. Choose a smaller one.",
        "ja": "ファイルが20 MB を超えています。もっと小さいものを選んでください。",
    },
    "no_camera": {
        "en": "The camera can't be used. Allow it in the browser, or choose a file.",
        "ja": "カメラを使えません。ブラウザで許可するか、ファイルを選んでください。",
    },
    "bring_first": {"en": "Choose a picture or a sample first.", "ja": "先に画像かサンプルを選んでください。"},
    "bring_clip_first": {"en": "Choose a clip first.", "ja": "先に動画を選んでください。"},
    "restyle_first": {
        "en": "There is nothing to download yet. Choose a style first.",
        "ja": "保存できる画像がまだありません。先に画風を選んでください。",
    },
    "bad_strength": {
        "en": "The strength must be a number from {least} to {most}.",
        "ja": "画風の強さは {least} から {most} までの数で指定してください。",
    },
    "one_way": {
        "en": "'{name}' can't change pictures back. Choose the other direction.",
        "ja": "「{name}」は逆向きには変換できません。もう一方の向きを選んでください。",
    },
    "lost": {
        "en": "No answer came. Please try again.",
        "ja": "応答がありませんでした。もう一度お試しください。",
    },
}
