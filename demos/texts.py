"""Every sentence that the gallery shows, in English and in Japanese."""

from __future__ import annotations

import html
from typing import Any

import gradio as gr

from gan_zoo import UserError

LANGUAGES = ("en", "ja")

TEXTS: dict[str, dict[str, str]] = {
    # the page
    "tagline": {
        "en": "Small generative models, trained here, open to play with",
        "ja": "手のひらサイズの生成モデルを、さわって学べる動物園",
    },
    "thief": {"en": "The thief", "ja": "怪盗"},
    "thief_term": {"en": "generator", "ja": "生成器・ジェネレータ"},
    "thief_does": {
        "en": "forges pictures out of pure noise. It never sees a real one: it only learns whether it was caught.",
        "ja": "ただの乱数から贋作を描きます。本物を見ることはなく、見破られたかどうかだけを頼りに腕を磨きます。",
    },
    "detective": {"en": "The detective", "ja": "探偵"},
    "detective_term": {"en": "discriminator", "ja": "識別器・ディスクリミネータ"},
    "detective_does": {
        "en": "looks at pictures, real and forged, and says which is which. It gets sharper with every case.",
        "ja": "本物と贋作を見比べ、どちらなのかを言い当てます。事件を重ねるほど目が肥えていきます。",
    },
    "game": {
        "en": "Each makes the other better, until the detective can only guess. "
        "Every picture below is the thief's work: not one of them is real.",
        "ja": "二人は競い合って上達し、やがて探偵にも見分けがつかなくなります。"
        "下に並ぶのはすべて怪盗の作品。本物は一枚もありません。",
    },
    # the latent space
    "latent_title": {"en": "Latent space", "ja": "潜在空間"},
    "draw_heading": {"en": "Draw", "ja": "描いてみる"},
    "draw_hint": {
        "en": "Every picture is one point in a space of a hundred or so numbers. "
        "Click pictures to pick them for the walk below.",
        "ja": "1枚の絵は、100個ほどの数で表される空間の1点です。絵をクリックして選ぶと、下でその間を歩けます。",
    },
    "model": {"en": "Model", "ja": "モデル"},
    "seed": {"en": "Seed", "ja": "シード"},
    "seed_info": {"en": "The same seed draws the same pictures.", "ja": "同じシードからは、いつも同じ絵が生まれます。"},
    "again": {"en": "Again", "ja": "もう一度"},
    "truncation": {"en": "Truncation", "ja": "切り詰め（truncation）"},
    "truncation_info": {
        "en": "Low: typical and alike. High: varied, now and then odd.",
        "ja": "小さいほど無難で似た絵に、大きいほど多様で、ときに奇妙な絵になります。",
    },
    "wall_label": {"en": "Samples. Click to pick.", "ja": "サンプル。クリックで選択"},
    "tile_label": {"en": "Sample", "ja": "サンプル"},
    "drawn": {"en": "{n} pictures in <b>{milliseconds} ms</b>", "ja": "{n}枚を <b>{milliseconds} ミリ秒</b>で生成"},
    "opinion": {"en": "Ask the detective", "ja": "探偵に見てもらう"},
    "opinion_hint": {
        "en": "The colour of the frame is the discriminator's score, D, beside that of this model's other pictures.",
        "ja": "枠の色は、識別器の評価 D を、このモデルが描くほかの絵と比べたものです。",
    },
    "opinion_label": {
        "en": "D = {logit}, more convincing than {share} of this model's pictures",
        "ja": "D = {logit}、このモデルの絵の {share} より本物らしい",
    },
    "seen_through": {"en": "seen through", "ja": "見破った"},
    "taken_in": {"en": "taken in", "ja": "だまされた"},
    "walk_heading": {"en": "Walk from one to the other", "ja": "絵から絵へ歩く"},
    "walk_hint": {
        "en": "Between two points lie pictures that nobody has drawn yet. Move the slider.",
        "ja": "2つの点の間には、まだ誰も描いたことのない絵が続いています。スライダーを動かしてみてください。",
    },
    "position": {"en": "Where on the way", "ja": "道のりのどこか"},
    "route": {"en": "Route", "ja": "経路"},
    "spherical": {"en": "Spherical (along the arc)", "ja": "球面（弧に沿って）"},
    "linear": {"en": "Linear (straight through)", "ja": "直線（まっすぐ）"},
    "clear": {"en": "Clear picks", "ja": "選択を解除"},
    "animate": {"en": "Make an animation", "ja": "アニメーションを作る"},
    "few_picks": {"en": "Pick two or more pictures above.", "ja": "上の絵から2枚以上を選んでください。"},
    "live_label": {"en": "The picture at the slider's position", "ja": "スライダーの位置の絵"},
    "strip_label": {"en": "The way in steps, from pick to pick", "ja": "選んだ絵から絵への道のり"},
    "film_label": {"en": "The way there and back", "ja": "行って帰ってくるアニメーション"},
    "download_strip": {"en": "Download strip (PNG)", "ja": "コマを保存（PNG）"},
    "download_film": {"en": "Download animation (WebP)", "ja": "アニメーションを保存（WebP）"},
    "download_video": {"en": "Download film (MP4)", "ja": "動画を保存（MP4）"},
    "class": {"en": "What to draw", "ja": "描くもの"},
    "keep": {"en": "Keep this picture", "ja": "お気に入りに入れる"},
    "share": {"en": "Link to this page", "ja": "この画面へのリンク"},
    "link": {"en": "This link opens the same pictures again:", "ja": "このリンクを開くと、同じ絵がまた現れます。"},
    "shelf": {"en": "Kept", "ja": "お気に入り"},
    "shelf_hint": {
        "en": "Only this browser remembers them. Click one to go back to it.",
        "ja": "このブラウザの中だけに残ります。クリックすると、その絵に戻ります。",
    },
    "open_kept": {"en": "Go back to", "ja": "この絵に戻る："},
    "drop_kept": {"en": "Let go of", "ja": "お気に入りから外す："},
    "steps": {"en": "{n} frames in <b>{milliseconds} ms</b>", "ja": "{n}コマを <b>{milliseconds} ミリ秒</b>で生成"},
    "live": {"en": "<b>{milliseconds} ms</b> of model time", "ja": "モデルの計算は <b>{milliseconds} ミリ秒</b>"},
    # tools
    "tools_heading": {"en": "Explore", "ja": "もっと探る"},
    "tools_hint": {
        "en": "Each tool starts from the pictures you picked, or from the one at the slider's position.",
        "ja": "上で選んだ絵や、スライダーの位置の絵を出発点にして、いろいろな道具を試せます。",
    },
    "mix_title": {"en": "Mix", "ja": "まぜる"},
    "mix_hint": {
        "en": "What a picture shows and how it is drawn can be told apart, and put together anew.",
        "ja": "「何を描くか」と「どう描くか」を切り離して、組み合わせ直してみましょう。",
    },
    "no_mix": {
        "en": "This model knows neither classes nor styles. Choose one above that does: a cgan writes letters, a stylegan "
        "mixes styles.",
        "ja": "このモデルにはクラスもスタイルもありません。"
        "上で、文字を書ける cgan や、スタイルを混ぜられる stylegan を選んでください。",
    },
    "word": {"en": "Write a word", "ja": "言葉を書く"},
    "word_info": {
        "en": "in a font that doesn't exist: the one at the slider's position",
        "ja": "この世に存在しないフォントで書きます。字の形を決めるのは、スライダーの位置の点です。",
    },
    "written_label": {"en": "The word", "ja": "書いた言葉"},
    "alphabet_label": {"en": "Every character in this font", "ja": "このフォントのすべての文字"},
    "take_over": {"en": "Shape from the row, the rest from the column", "ja": "形は行の絵から、残りは列の絵から"},
    "mix_middle": {"en": "Half and half", "ja": "半分ずつ"},
    "mix_early": {"en": "More of the column", "ja": "列の絵を多めに"},
    "mix_late": {"en": "More of the row", "ja": "行の絵を多めに"},
    "table_label": {
        "en": "A row for each pick and a column for each: the diagonal is the picks themselves",
        "ja": "行も列も選んだ絵の順。対角線には選んだ絵そのものが並びます",
    },
    "bad_word": {"en": "Write 1 to {most} letters.", "ja": "1文字から{most}文字までで書いてください。"},
    "strange_letters": {
        "en": "This model never learnt {strange}. It can write: {known}",
        "ja": "このモデルは {strange} を習っていません。書けるのは次の文字です: {known}",
    },
    "arithmetic_title": {"en": "Arithmetic", "ja": "絵の足し算"},
    "arithmetic_hint": {
        "en": "Pictures can be added and subtracted: what A has and B lacks goes to C. Click a picture to change its letter.",
        "ja": "絵どうしを足したり引いたりできます。「Aにあって、Bにないもの」をCに足します。絵をクリックすると役が変わります。",
    },
    "role_of": {"en": "Role of picture", "ja": "絵の役:"},
    "role_none": {"en": "none", "ja": "なし"},
    "attribute_hint": {
        "en": "By name: a feature network looked at a thousand samples and found where this lies. It is given to the picture "
        "at the slider's position.",
        "ja": "名前でも足せます。特徴ネットワークに1000枚の絵を見せて、その方向を探しました。スライダーの位置の絵に足します。",
    },
    "attribute": {"en": "Give it", "ja": "足すもの"},
    "amount": {"en": "How much", "ja": "足す量"},
    "bad_roles": {"en": "Give at least one picture the letter A or C.", "ja": "少なくとも1枚を A か C にしてください。"},
    "unknown_attribute": {
        "en": "There is no attribute '{name}' in this model. There are: {known}",
        "ja": "このモデルに「{name}」という属性はありません。使えるのは次のものです: {known}",
    },
    "bad_places": {
        "en": "The places look like [[0, 0], [0.5, 1]]: 1 to {most} of them.",
        "ja": "場所は [[0, 0], [0.5, 1]] のように、1か所から{most}か所までで指定してください。",
    },
    "bad_steps": {"en": "Ask for 1 to {most} steps.", "ja": "歩数は 1 から {most} までにしてください。"},
    "bad_amount": {
        "en": "The sliders go from {least} to {most}.",
        "ja": "スライダーの値は {least} から {most} までです。",
    },
    "directions_title": {"en": "Directions", "ja": "方向"},
    "directions_hint": {
        "en": "In some directions pictures change most. They are computed, and nobody has told the model what they mean.",
        "ja": "絵がいちばん大きく変わる方向を計算で見つけました。その意味は、誰もモデルに教えていません。",
    },
    "method": {"en": "How they are found", "ja": "方向の見つけ方"},
    "principal": {"en": "From samples (PCA)", "ja": "たくさんの絵から（主成分分析）"},
    "closed_form": {"en": "From the weights (closed form)", "ja": "重みそのものから（閉形式）"},
    "level": {"en": "All to the middle", "ja": "すべて真ん中に戻す"},
    "direction": {"en": "{n} ({share} of the variance)", "ja": "{n}（分散の {share}）"},
    "map_title": {"en": "Map", "ja": "地図"},
    "map_hint": {
        "en": "Three points span a plane. This is the one through your first three picks, and it goes on and on.",
        "ja": "3つの点があれば、1枚の平面が決まります。最初に選んだ3枚を通る平面を、どこまでも旅してみましょう。",
    },
    "map_keys": {
        "en": "Drag to move, turn the wheel to zoom. What comes into view is drawn then.",
        "ja": "ドラッグで移動、ホイールで拡大・縮小。見えたところから順に描かれます。",
    },
    "one_line": {
        "en": "These three lie on one line. Pick another third picture.",
        "ja": "この3枚は一直線に並んでいます。3枚目を別の絵にしてください。",
    },
    "projection_title": {"en": "Your picture", "ja": "あなたの絵"},
    "projection_hint": {
        "en": "Draw something or bring a picture: the model looks for the closest that it can draw.",
        "ja": "絵を描くか、画像を持ってきてください。モデルに描ける範囲で、いちばん近い点を探します。",
    },
    "choose_picture": {"en": "Bring a picture", "ja": "画像を選ぶ"},
    "pen": {"en": "Pen", "ja": "ペンの色"},
    "wipe": {"en": "Wipe", "ja": "消す"},
    "easel_label": {"en": "Draw here, or drop a picture", "ja": "ここに描くか、画像をドロップしてください"},
    "project": {"en": "Look for it", "ja": "近い絵を探す"},
    "stop": {"en": "Stop", "ja": "止める"},
    "projected": {
        "en": "step {step} of {steps}, PSNR <b>{psnr} dB</b> (higher is closer)",
        "ja": "{steps}歩のうち{step}歩目、PSNR <b>{psnr} dB</b>（大きいほど近い）",
    },
    "project_first": {"en": "Look for your picture first.", "ja": "先に「近い絵を探す」を押してください。"},
    "no_picture": {"en": "Draw something or bring a picture first.", "ja": "先に絵を描くか、画像を選んでください。"},
    "empty_file": {"en": "This file is empty. Bring another one.", "ja": "このファイルは空です。別の画像を選んでください。"},
    "not_a_picture": {
        "en": "This file is no picture that can be read. Bring a PNG, JPEG or WebP.",
        "ja": "画像として読み取れないファイルです。PNG・JPEG・WebP の画像を選んでください。",
    },
    "large_file": {
        "en": "This file has more than {most} MB. Bring a smaller one.",
        "ja": "ファイルが{most}MBを超えています。もっと小さい画像を選んでください。",
    },
    "large_file_here": {
        "en": "This file has more than 10 MB. Bring a smaller one.",
        "ja": "ファイルが10MBを超えています。もっと小さい画像を選んでください。",
    },
    "large_picture": {
        "en": "This picture has too many pixels. Scale it down to 10,000 a side at most.",
        "ja": "画像の画素数が多すぎます。一辺を10,000ピクセル以下に縮めてください。",
    },
    "memory_title": {"en": "Does it only remember?", "ja": "丸暗記では？"},
    "memory_hint": {
        "en": "Perhaps the thief only copies. Here are the training pictures that come closest to the one at the slider's "
        "position.",
        "ja": "怪盗は覚えた絵を写しているだけかもしれません。"
        "スライダーの位置の絵にいちばん近い学習データを並べて、確かめてみましょう。",
    },
    "no_observer": {
        "en": "No feature network for '{data}' ships here, so nobody can say what is close.",
        "ja": "「{data}」用の特徴ネットワークがないので、近さを測れません。",
    },
    "reading": {"en": "Looking at all training pictures once …", "ja": "学習データをひと通り見ています…"},
    "this_sample": {"en": "sample", "ja": "生成した絵"},
    "neighbours": {
        "en": "The nearest is {distance} away, in the eyes of a feature network. Of real pictures that were never trained on, "
        "{share} have one that is nearer still: near 0% means a copy, near 50% something as new as a real picture.",
        "ja": "特徴ネットワークの目で測ると、いちばん近い絵までの距離は {distance} です。学習に使わなかった本物のうち、"
        "もっと近い相手が学習データの中にいるものは {share} でした。"
        "0% に近ければ丸写し、50% 前後なら本物と同じくらい新しい絵です。",
    },
    # sketch to picture
    "sketch_title": {"en": "Sketch", "ja": "スケッチ"},
    "sketch_heading": {"en": "Sketch to picture", "ja": "スケッチが絵になる"},
    "sketch_hint": {
        "en": "Draw with the mouse, a finger or a pen. The picture beside it is made anew while you draw.",
        "ja": "マウスや指、ペンで描いてみてください。描いているそばから、となりに絵が生まれます。",
    },
    "no_translators": {
        "en": "There are no weights for this tab yet. Train a model with: gan-zoo train --recipe pix2pix-emoji",
        "ja": "このタブで使う重みがまだありません。gan-zoo train --recipe pix2pix-emoji でモデルを学習してください。",
    },
    "sketch_task": {"en": "What the sketch becomes", "ja": "何に変えますか"},
    "task_line": {"en": "Line art to colour", "ja": "線画に色をつける"},
    "task_edges": {"en": "Sketch to picture", "ja": "スケッチを絵に"},
    "task_edges_emoji3d": {"en": "Sketch to 3D emoji", "ja": "スケッチを立体絵文字に"},
    "task_edges_objects": {"en": "Sketch to photograph", "ja": "スケッチを写真に"},
    "task_grey": {"en": "Grey to colour", "ja": "白黒写真に色をつける"},
    "task_blocks": {"en": "Blocks to buildings", "ja": "色の四角を風景に"},
    "task_other": {"en": "Picture to picture: {name}", "ja": "絵から絵へ: {name}"},
    "how_line": {
        "en": "Draw outlines in black. Dab colours where you want them: the picture follows them.",
        "ja": "輪郭は黒で描きます。好きな色をちょんと置くと、仕上がりの色もそれに合わせて変わります。",
    },
    "how_edges": {
        "en": "Draw outlines in black, as simply as you like, and dab colours if you want some.",
        "ja": "黒い線で、簡単な輪郭を描くだけで大丈夫。色を置けば、仕上がりもその色に近づきます。",
    },
    "how_grey": {
        "en": "Bring a photograph or start from one below. Its colours are guessed from the grey alone.",
        "ja": "写真を選ぶか、下の例から始めてください。白黒の明るさだけから、色を想像します。",
    },
    "how_blocks": {
        "en": "Lay out sky, walls, windows and ground as flat rectangles. Large ones first, then the small.",
        "ja": "空、壁、窓、地面を、色の四角で並べます。大きな四角から始めて、小さな四角を重ねていきましょう。",
    },
    "how_other": {"en": "Start from an example below, or draw your own.", "ja": "下の例から始めるか、自由に描いてください。"},
    "tool_pen": {"en": "Pen", "ja": "ペン"},
    "tool_eraser": {"en": "Eraser", "ja": "消しゴム"},
    "tool_line": {"en": "Line", "ja": "直線"},
    "tool_rectangle": {"en": "Rectangle", "ja": "四角"},
    "tool_fill": {"en": "Fill", "ja": "塗り"},
    "undo": {"en": "Undo", "ja": "戻す"},
    "redo": {"en": "Redo", "ja": "やり直す"},
    "mirror": {"en": "Mirror", "ja": "左右反転"},
    "clear_drawing": {"en": "Clear", "ja": "全部消す"},
    "own_colour": {"en": "Other", "ja": "ほかの色"},
    "colour": {"en": "Colour", "ja": "色"},
    "ink": {"en": "Ink, for outlines", "ja": "輪郭を描く黒"},
    "pen_width": {"en": "Width", "ja": "太さ"},
    "your_drawing": {"en": "Your drawing", "ja": "あなたのスケッチ"},
    "your_photo": {"en": "Your photograph, without its colours", "ja": "あなたの写真（色を抜いたもの）"},
    "draw_here": {"en": "Draw here", "ja": "ここに描いてください"},
    "photo_here": {"en": "Drop a photograph here", "ja": "ここに写真をドロップ"},
    "appears_here": {"en": "It appears here", "ja": "ここに絵が現れます"},
    "canvas_label": {
        "en": "Canvas. Draw here, or drop a picture.",
        "ja": "キャンバス。ここに描くか、画像をドロップしてください",
    },
    "bring_photo": {"en": "Start from a photograph", "ja": "写真から始める"},
    "model_makes": {"en": "What the model makes of it", "ja": "モデルが描いた絵"},
    "result_label": {"en": "The picture that the model made of the drawing", "ja": "スケッチからモデルが描いた絵"},
    "compare": {
        "en": "Drag to compare the drawing with the picture",
        "ja": "ドラッグして、スケッチと絵を見比べる",
    },
    "save_picture": {"en": "Download picture (PNG)", "ja": "絵を保存（PNG）"},
    "paper_mode": {"en": "Paper mode", "ja": "論文モード"},
    "paper_hint": {
        "en": "keeps dropout and batch statistics on, as the authors of pix2pix did",
        "ja": "pix2pix の論文と同じく、ドロップアウトとバッチ統計を有効にします",
    },
    "original": {"en": "The original, for comparison", "ja": "元の絵（見比べるために）"},
    "start_from": {"en": "Start from one of these", "ja": "例から始める"},
    "example": {"en": "Example {n}", "ja": "例 {n}"},
    "shortcuts": {"en": "Keyboard shortcuts", "ja": "キーボードショートカット"},
    "key_width": {"en": "Thinner, thicker", "ja": "細く・太く"},
    "key_colours": {"en": "The first nine colours", "ja": "はじめの9色"},
    "key_straight": {"en": "With line or rectangle: straight, square", "ja": "直線をまっすぐに、四角を正方形に"},
    "key_cancel": {"en": "Give up the stroke", "ja": "描きかけの線をやめる"},
    "key_paste": {"en": "Paste a photograph", "ja": "写真を貼り付ける"},
    "large_drawing": {
        "en": "The drawing must be a PNG of at most {most} pixels a side.",
        "ja": "スケッチは一辺{most}ピクセル以下の PNG にしてください。",
    },
    # style
    "style_title": {"en": "Style", "ja": "画風"},
    "style_heading": {"en": "Restyle a picture", "ja": "画風を変える"},
    "style_hint": {
        "en": "CycleGAN learnt the way from one kind of picture to another and back again, without ever seeing a pair of them.",
        "ja": "CycleGANは、対になった見本を一度も見ずに、2種類の画像のあいだを行き来する方法を学びました。",
    },
    "no_styles": {
        "en": "There is no style here yet. Bring in one of another project: gan-zoo import latest_net_G_A.pth --name monet "
        "(or train your own: gan-zoo train --recipe cyclegan-ukiyoe), and start the gallery again.",
        "ja": "まだ画風がありません。gan-zoo import latest_net_G_A.pth --name monet で公開済みの重みを取り込むか、"
        "gan-zoo train --recipe cyclegan-ukiyoe で学習してから、もう一度起動してください。",
    },
    "your_picture": {"en": "Your picture", "ja": "元の画像"},
    "bring_any": {"en": "Choose a file", "ja": "ファイルを選ぶ"},
    "camera": {"en": "Camera", "ja": "カメラ"},
    "take_photo": {"en": "Take the picture", "ja": "撮影する"},
    "close_camera": {"en": "Close", "ja": "閉じる"},
    "from_sketch": {"en": "From the sketch tab", "ja": "スケッチの絵を使う"},
    "bring_hint": {
        "en": "Or drop it here, or paste it. Pictures up to 12 megapixels, clips up to 10 seconds, 20 MB. "
        "Only you see what you bring.",
        "ja": "ドロップや貼り付けもできます。画像は1200万画素、動画は10秒、ファイルは20MBまで。"
        "持ち込んだ画像は、ほかの人には見えません。",
    },
    "some_samples": {"en": "Or one of these", "ja": "サンプルから選ぶ"},
    "sample": {"en": "Sample {n}", "ja": "サンプル {n}"},
    "choose_style": {"en": "Style", "ja": "画風"},
    "direction_style": {"en": "Direction", "ja": "変換の向き"},
    "a_picture": {"en": "Picture", "ja": "画像"},
    "kind_landscape": {"en": "Photograph", "ja": "風景写真"},
    "kind_ukiyoe": {"en": "Ukiyo-e", "ja": "浮世絵"},
    "kind_vangogh": {"en": "Van Gogh", "ja": "ゴッホ"},
    "kind_flat": {"en": "Flat emoji", "ja": "平面の絵文字"},
    "kind_render": {"en": "3D emoji", "ja": "立体の絵文字"},
    "before_label": {"en": "Before", "ja": "変換前"},
    "after_label": {"en": "After", "ja": "変換後"},
    "compare_style": {"en": "Drag to compare before and after", "ja": "ドラッグして変換前と変換後を見比べる"},
    "drop_here": {"en": "Drop a picture here", "ja": "ここに画像をドロップ"},
    "strength": {"en": "Strength", "ja": "画風の強さ"},
    "strength_hint": {
        "en": "how much of the result is mixed with your picture. The browser does it at once; what you download is mixed "
        "the same way.",
        "ja": "変換後の絵を元の画像に混ぜる割合です。ブラウザの中で混ぜるので、すぐに変わります。"
        "保存する画像も同じ割合になります。",
    },
    "save_full": {"en": "Download at full size (JPEG)", "ja": "元の大きさで保存（JPEG）"},
    "brought": {"en": "{width} × {height} pixels", "ja": "{width} × {height} 画素"},
    "brought_clip": {
        "en": "A clip of {seconds} s: {frames} frames of {width} × {height} pixels. Here is the first one.",
        "ja": "{seconds} 秒の動画（{width} × {height} 画素、{frames} コマ）の最初のコマです。",
    },
    "tried": {"en": "A small one at once: <b>{milliseconds} ms</b>", "ja": "まず小さな画像で <b>{milliseconds} ミリ秒</b>"},
    "tiles": {"en": "Tile {done} of {tiles} …", "ja": "タイル {done} / {tiles} 枚目…"},
    "restyled": {
        "en": "All of it, in {tiles} tiles: <b>{milliseconds} ms</b> of model time",
        "ja": "全体をタイル {tiles} 枚で変換。モデルの計算は <b>{milliseconds} ミリ秒</b>",
    },
    "restyled_whole": {
        "en": "At its own size: <b>{milliseconds} ms</b> of model time",
        "ja": "元の大きさで変換。モデルの計算は <b>{milliseconds} ミリ秒</b>",
    },
    "stopped": {
        "en": "Stopped after {done} of {tiles} tiles: the rest is as you brought it",
        "ja": "{tiles} 枚のうち {done} 枚のタイルで止めました。残りは元の画像のままです",
    },
    "there_and_back": {"en": "There and back again", "ja": "行って、帰ってくる"},
    "there_and_back_hint": {
        "en": "With no pairs to learn from, this is what CycleGAN goes by: what was restyled must lead back to where it "
        "came from.",
        "ja": "見本の対がないCycleGANの手がかりは、「変換した画像は、逆に変換すれば元に戻るはず」という約束です。",
    },
    "cycle_start": {"en": "before", "ja": "元の画像"},
    "cycle_there": {"en": "there", "ja": "行き"},
    "cycle_back": {"en": "and back", "ja": "帰り"},
    "cycle_error": {
        "en": "Cycle error <b>{n}</b>: by so many of the 255 steps from dark to bright a pixel misses, on average. "
        "At 0 all would be back as it was.",
        "ja": "サイクル誤差 <b>{n}</b>：戻ってきた画像の画素は、255段階の明るさのうち平均でこれだけずれています。"
        "0 なら完全に元どおりです。",
    },
    "learnt_from": {
        "en": "Learnt from {b} pictures of this style and {a} of what it starts from, none of them a pair.",
        "ja": "この画風の画像 {b} 枚と、変換元になる画像 {a} 枚から学びました。どれも対にはなっていません。",
    },
    "learnt_little": {
        "en": " So few teach it colours and strokes, not a master's eye.",
        "ja": "これだけの枚数で身につくのは色づかいと筆づかいまで。巨匠の目までは学べません。",
    },
    "sheet_heading": {"en": "All styles side by side", "ja": "すべての画風を並べる"},
    "sheet_make": {"en": "Try them all", "ja": "すべて試す"},
    "sheet_save": {"en": "Download the sheet (PNG)", "ja": "一覧を保存（PNG）"},
    "clip_heading": {"en": "The whole clip", "ja": "動画全体"},
    "clip_hint": {
        "en": "Frame by frame, each by itself: colours may flicker. The strength is that of the slider above. "
        "Stop it, and what is done becomes the clip.",
        "ja": "1コマずつ別々に変換するので、色がちらつくことがあります。強さは上のスライダーの値を使います。"
        "途中で止めると、できたところまでが動画になります。",
    },
    "clip_make": {"en": "Restyle the clip", "ja": "動画を変換する"},
    "clip_save": {"en": "Download the clip (MP4)", "ja": "動画を保存（MP4）"},
    "film_alt": {"en": "The clip in another style", "ja": "画風を変えた動画"},
    "frames": {"en": "Frame {done} of {frames} …", "ja": "{frames} コマのうち {done} コマ目…"},
    "clip_made": {
        "en": "{n} of {frames} frames, <b>{milliseconds} ms</b> of model time each",
        "ja": "{frames} コマのうち {n} コマを変換。1コマあたり <b>{milliseconds} ミリ秒</b>",
    },
    "shrink": {"en": "Scale it down and use it", "ja": "縮小して使う"},
    "many_pixels": {
        "en": "This picture has {width} × {height} pixels; {most} megapixels and {side} a side are the most. It can be "
        "used once it is scaled down.",
        "ja": "この画像は {width} × {height} 画素です。使えるのは{most}00万画素、一辺{side}画素まで。縮小すれば使えます。",
    },
    "not_readable": {
        "en": "This file is neither a picture nor a video that can be read. Bring a PNG, JPEG, WebP, GIF or MP4.",
        "ja": "画像としても動画としても読み取れないファイルです。PNG・JPEG・WebP・GIF・MP4 を選んでください。",
    },
    "no_frames": {
        "en": "There is no frame in this video. Bring another one.",
        "ja": "この動画にはコマがひとつもありません。別の動画を選んでください。",
    },
    "long_video": {
        "en": "This clip is longer than 10 seconds. Cut it and bring it again.",
        "ja": "10秒を超える動画です。短く切ってから、もう一度選んでください。",
    },
    "large_video": {
        "en": "The frames of this clip are too large. Scale it down and bring it again.",
        "ja": "動画の画素数が多すぎます。縮小してから、もう一度選んでください。",
    },
    "large_clip_here": {
        "en": "This file has more than 20 MB. Bring a smaller one.",
        "ja": "ファイルが20MBを超えています。もっと小さいものを選んでください。",
    },
    "no_camera": {
        "en": "The camera can't be used. Allow it in the browser, or bring a file.",
        "ja": "カメラを使えません。ブラウザで許可するか、ファイルを選んでください。",
    },
    "bring_first": {"en": "Bring a picture first, or choose a sample.", "ja": "先に画像かサンプルを選んでください。"},
    "bring_clip_first": {"en": "Bring a clip first.", "ja": "先に動画を選んでください。"},
    "restyle_first": {
        "en": "There is nothing to download yet. Choose a style first.",
        "ja": "保存できる画像がまだありません。先に画風を選んでください。",
    },
    "bad_strength": {
        "en": "The strength goes from {least} to {most}.",
        "ja": "画風の強さは {least} から {most} までの数で指定してください。",
    },
    "one_way": {
        "en": "'{name}' knows no way back. Choose the other direction.",
        "ja": "「{name}」は逆向きには変換できません。もう一方の向きを選んでください。",
    },
    "lost": {
        "en": "No answer came. Please try again.",
        "ja": "応答がありませんでした。もう一度お試しください。",
    },
    # training
    "training_title": {"en": "Training", "ja": "学習"},
    "watch_heading": {"en": "Watch a GAN learn", "ja": "GAN が学ぶようすを見る"},
    "watch_hint": {
        "en": "Every picture comes from the same fixed noise: only the thief has changed. Drag the slider, press an arrow key, "
        "or play.",
        "ja": "どの時点の絵も、同じ乱数から描かれています。変わったのは怪盗の腕だけ。"
        "スライダーや矢印キー、再生ボタンで、上達の過程をたどってみましょう。",
    },
    "which_run": {"en": "Run", "ja": "学習の記録"},
    "beside_run": {"en": "Compare with", "ja": "比べる相手"},
    "nothing_beside": {"en": "nothing", "ja": "なし"},
    "runs_shipped": {"en": "Behind the models of this gallery", "ja": "このギャラリーのモデルの記録"},
    "runs_hub": {"en": "On the Hub", "ja": "Hub にある記録"},
    "follow_run": {"en": "Or follow a run on the Hugging Face Hub", "ja": "または、Hugging Face Hub にある記録を見る"},
    "follow_open": {"en": "Open", "ja": "開く"},
    "phase_elsewhere": {"en": "training elsewhere", "ja": "別のマシンで学習中"},
    "no_repository": {
        "en": "There is no repository '{name}' on the Hub.",
        "ja": "「{name}」というリポジトリは Hub にありません。",
    },
    "no_hub": {
        "en": "'{name}' can't be fetched. Check the network.",
        "ja": "「{name}」を取得できません。ネットワークを確かめてください。",
    },
    "no_run": {"en": "There is no run in '{name}'.", "ja": "「{name}」に学習の記録はありません。"},
    "bad_repository": {
        "en": "A repository is called user/name.",
        "ja": "リポジトリの名前は user/name の形で入れてください。",
    },
    "runs_here": {"en": "On this machine", "ja": "このマシンの記録"},
    "watch_play": {"en": "Play", "ja": "再生"},
    "watch_pause": {"en": "Pause", "ja": "一時停止"},
    "watch_first": {"en": "First picture", "ja": "最初の絵"},
    "watch_last": {"en": "Latest picture", "ja": "最新の絵"},
    "watch_slider": {"en": "Step of the training", "ja": "学習のステップ"},
    "watch_speed": {"en": "Speed", "ja": "速さ"},
    "a_second": {"en": "a second", "ja": "枚/秒"},
    "watch_step": {"en": "step", "ja": "ステップ"},
    "watch_grid": {"en": "Samples at this step", "ja": "この時点のサンプル"},
    "watch_film": {"en": "Download film (MP4)", "ja": "動画を保存（MP4）"},
    "watch_marks": {"en": "What happened", "ja": "できごと"},
    "watch_settings": {"en": "What differs between the two", "ja": "二つの記録の違い"},
    "watch_alike": {"en": "Both were trained with the same settings.", "ja": "設定はどちらも同じです。"},
    "watch_none": {"en": "no pictures yet", "ja": "まだ絵がありません"},
    "watch_empty": {
        "en": "There is no run to watch yet. Start one below.",
        "ja": "見られる記録がまだありません。下から学習を始めてください。",
    },
    "watch_gone": {
        "en": "This run is no longer there: its folder has been deleted. Choose another one.",
        "ja": "この記録はなくなりました（フォルダーが削除されています）。別の記録を選んでください。",
    },
    "watch_lost": {
        "en": "The gallery doesn't answer at the moment. The page keeps trying.",
        "ja": "ギャラリーから応答がありません。つながるまで待っています。",
    },
    "watch_missing": {"en": "The picture of this step is missing.", "ja": "このステップの絵は見つかりません。"},
    "no_grid": {
        "en": "The picture of step {step} is missing.",
        "ja": "ステップ {step} の絵は見つかりません。",
    },
    "watch_curves": {"en": "The duel in numbers", "ja": "数字で見る対決"},
    "smoothing": {"en": "Smoothing", "ja": "なめらかさ"},
    "log_values": {"en": "Logarithmic values", "ja": "値を対数目盛で"},
    "log_steps": {"en": "Early steps large", "ja": "序盤を大きく"},
    "panel_losses": {"en": "Losses", "ja": "損失"},
    "panel_opinions": {"en": "What the detective believes", "ja": "探偵の見立て"},
    "panel_gradients": {"en": "Gradient norms", "ja": "勾配の大きさ"},
    "panel_variety": {"en": "Variety of the pictures (1 = real pictures)", "ja": "絵の多様さ（本物 = 1）"},
    "panel_agreement": {"en": "Precision and recall", "ja": "適合率と再現率"},
    "panel_rates": {"en": "Learning rates", "ja": "学習率"},
    "of_generator": {"en": "thief", "ja": "怪盗"},
    "of_discriminator": {"en": "detective", "ja": "探偵"},
    "q_d_real": {"en": "D(x), real pictures", "ja": "D(x)：本物を見て"},
    "q_d_fake": {"en": "D(G(z)), forgeries", "ja": "D(G(z))：贋作を見て"},
    "q_diversity": {"en": "diversity", "ja": "多様さ"},
    "q_closest": {"en": "to the most alike", "ja": "似た絵までの距離"},
    "q_novelty": {"en": "novelty", "ja": "新しさ"},
    "q_movement": {"en": "movement", "ja": "動き"},
    "q_fid": {"en": "FID (lower is better)", "ja": "FID（小さいほど良い）"},
    "q_kid": {"en": "KID (lower is better)", "ja": "KID（小さいほど良い）"},
    "q_precision": {"en": "precision", "ja": "適合率"},
    "q_recall": {"en": "recall", "ja": "再現率"},
    "q_images_per_second": {"en": "Pictures a second", "ja": "1秒あたりの枚数"},
    "q_generator_loss": {"en": "thief's loss", "ja": "怪盗の損失"},
    "q_discriminator_loss": {"en": "detective's loss", "ja": "探偵の損失"},
    "q_generator_gradient_norm": {"en": "thief's gradient norm", "ja": "怪盗の勾配"},
    "q_discriminator_gradient_norm": {"en": "detective's gradient norm", "ja": "探偵の勾配"},
    "q_loss": {"en": "loss", "ja": "損失"},
    "q_before": {"en": "best before", "ja": "それまでの最大"},
    "q_batch": {"en": "pictures in a batch", "ja": "バッチの枚数"},
    "phase_recorded": {"en": "a recording", "ja": "記録の再生"},
    "phase_starting": {"en": "starting …", "ja": "準備中…"},
    "phase_running": {"en": "training now", "ja": "学習中"},
    "phase_paused": {"en": "paused", "ja": "一時停止中"},
    "phase_complete": {"en": "complete", "ja": "完了"},
    "phase_out_of_time": {"en": "ended: the time was up", "ja": "終了（制限時間）"},
    "phase_stopped": {"en": "stopped", "ja": "停止"},
    "phase_interrupted": {"en": "interrupted", "ja": "中断"},
    "phase_failed": {"en": "failed", "ja": "失敗"},
    "phase_killed": {"en": "the trainer was killed", "ja": "学習のプロセスが強制終了されました"},
    "why_killed": {
        "en": "The trainer ended without a word: it was killed, perhaps for want of memory. No more than its last tick is "
        "lost.",
        "ja": "学習のプロセスが何も言わずに消えました。強制終了か、メモリ不足かもしれません。"
        "失われたのは、最後の区切りだけです。",
    },
    "why_diverged": {
        "en": "A loss is no longer a number (NaN), so the training stopped. Everything before it is kept: resume with lower "
        "learning rates, or start anew.",
        "ja": "損失が数でなくなった（NaN）ため、学習が止まりました。その前までは残っています。"
        "学習率を下げて再開するか、はじめからやり直してください。",
    },
    "why_disk": {
        "en": "The disk is full, or can't be written to. The last checkpoint is kept: make room and resume.",
        "ja": "ディスクがいっぱいか、書き込めません。最後のチェックポイントは残っています。空きを作って再開してください。",
    },
    "why_failed": {"en": "The trainer says: {message}", "ja": "学習プロセスからの報告: {message}"},
    "numbers": {
        "en": "{images} pictures seen · {rate} a second",
        "ja": "見た絵は {images} 枚 · 毎秒 {rate} 枚",
    },
    "time_left": {"en": "{time} left", "ja": "残り {time}"},
    "event_start": {"en": "the training begins", "ja": "学習開始"},
    "event_resume": {"en": "resumed", "ja": "再開"},
    "event_pause": {"en": "paused", "ja": "一時停止"},
    "event_go_on": {"en": "goes on", "ja": "続行"},
    "event_stop": {"en": "asked to stop", "ja": "停止の指示"},
    "event_learning_rates": {"en": "learning rates: {value}", "ja": "学習率を変更: {value}"},
    "event_discriminator_steps": {
        "en": "updates of the detective for each of the thief: {value}",
        "ja": "怪盗1回あたりの探偵の更新回数: {value}",
    },
    "event_refused": {"en": "refused: {value}", "ja": "受け付けられませんでした: {value}"},
    "event_real": {"en": "what real pictures get: {value}", "ja": "本物の絵の値: {value}"},
    "event_end": {"en": "the end: {value}", "ja": "終了: {value}"},
    # the health of a run
    "health_heading": {"en": "How are they doing?", "ja": "二人の調子は？"},
    "light_green": {"en": "All is well", "ja": "順調です"},
    "light_yellow": {"en": "Something is off", "ja": "気になる点があります"},
    "light_red": {"en": "This won't end well", "ja": "このままではうまくいきません"},
    "light_none": {"en": "Too early to say", "ja": "まだ判断できません"},
    "health_green": {
        "en": "Nothing in the log points to trouble: neither of the two has left the other behind.",
        "ja": "記録を見るかぎり、問題の兆しはありません。どちらも相手に置いていかれず、競い合っています。",
    },
    "health_none": {
        "en": "The diagnosis needs a few ticks of the log.",
        "ja": "診断には、記録がもう少し必要です。",
    },
    "health_since": {"en": "since step {since}", "ja": "ステップ {since} から"},
    "health_over": {"en": "from step {since} to {until}, over now", "ja": "ステップ {since}〜{until}（いまは解消）"},
    "health_evidence": {"en": "Evidence", "ja": "根拠"},
    "health_advice": {"en": "Try", "ja": "試すこと"},
    "f_not_a_number": {"en": "Not a number", "ja": "数でなくなった（NaN）"},
    "s_not_a_number": {
        "en": "The steps became so large that the arithmetic broke: neither of the two can go on from here.",
        "ja": "一歩が大きくなりすぎて、計算そのものが壊れました。二人とも、ここから先へは進めません。",
    },
    "f_diverging": {"en": "Divergence", "ja": "発散"},
    "s_diverging": {
        "en": "They shout each other down: the detective's verdicts have no measure any more, and nothing is learnt from them.",
        "ja": "言い争いが止まりません。探偵の評価が極端になりすぎて、そこから何も学べなくなっています。",
    },
    "f_collapse": {"en": "Mode collapse", "ja": "モード崩壊"},
    "s_collapse": {
        "en": "The thief has found one forgery that passes, and paints it again and again.",
        "ja": "怪盗が「これなら通る」という一枚を見つけ、そればかり描くようになりました。",
    },
    "f_discriminator_strong": {"en": "The detective is too strong", "ja": "探偵が強すぎる"},
    "s_discriminator_strong": {
        "en": "The detective sees through everything. Whatever the thief tries, the verdict is the same, so it can't tell what "
        "would be better.",
        "ja": "探偵が何もかも見破ってしまいます。何を試しても結果が同じなので、怪盗はどこを直せばよいのか分かりません。",
    },
    "f_discriminator_weak": {"en": "The detective is too weak", "ja": "探偵が弱すぎる"},
    "s_discriminator_weak": {
        "en": "The detective believes forgeries more than real pictures. A thief who is never caught has nothing to learn.",
        "ja": "探偵が、本物よりも贋作を信じています。一度も捕まらない怪盗には、学ぶことがありません。",
    },
    "f_vanishing_gradients": {"en": "Vanishing gradients", "ja": "勾配消失"},
    "s_vanishing_gradients": {
        "en": "The detective says no without a hint. What reaches the thief is almost nothing, and it stands still.",
        "ja": "探偵は「偽物」と言うだけで、手がかりをくれません。怪盗に届く信号がほとんどなく、足が止まっています。",
    },
    "f_oscillation": {"en": "Oscillation", "ja": "振動"},
    "s_oscillation": {
        "en": "They chase each other in circles: the thief changes its style from tick to tick, the detective runs after it.",
        "ja": "追いかけっこの堂々巡りです。怪盗は次々に手口を変え、探偵はそのあとを追うばかり。",
    },
    "f_stagnation": {"en": "Stagnation", "ja": "停滞"},
    "s_stagnation": {
        "en": "Nothing moves: the pictures are the same tick after tick, though the learning rate is still high.",
        "ja": "動きがありません。学習率は下がっていないのに、同じ絵がずっと続いています。",
    },
    "f_memorisation": {"en": "Memorisation", "ja": "丸暗記"},
    "s_memorisation": {
        "en": "The thief has learnt the real pictures by heart, and hands in copies.",
        "ja": "怪盗が本物を丸暗記して、写しを提出しています。",
    },
    "f_small_batch": {"en": "Tiny batches", "ja": "バッチが小さすぎる"},
    "s_small_batch": {
        "en": "The detective judges by a handful of pictures at a time: what it learns from one batch, the next contradicts.",
        "ja": "探偵が一度に見るのは、ほんの数枚です。あるバッチで学んだことが、次のバッチでくつがえります。",
    },
    "a_lower_rates": {"en": "lower both learning rates", "ja": "両方の学習率を下げる"},
    "a_raise_rates": {"en": "raise both learning rates", "ja": "両方の学習率を上げる"},
    "a_clip": {"en": "clip the gradients (--clip 1)", "ja": "勾配を切り詰める（--clip 1）"},
    "a_r1": {"en": "an R1 penalty for the detective (--r1 1)", "ja": "探偵に R1 正則化をかける（--r1 1）"},
    "a_raise_discriminator_rate": {"en": "raise the detective's learning rate", "ja": "探偵の学習率を上げる"},
    "a_lower_discriminator_rate": {"en": "lower the detective's learning rate", "ja": "探偵の学習率を下げる"},
    "a_lower_generator_rate": {"en": "lower the thief's learning rate", "ja": "怪盗の学習率を下げる"},
    "a_discriminator_steps": {"en": "several updates of the detective for each of the thief", "ja": "探偵の更新回数を増やす"},
    "a_non_saturating": {"en": "the non-saturating loss", "ja": "非飽和損失（non-saturating）を使う"},
    "a_lower_momentum": {"en": "a lower momentum (--betas 0.5 0.999)", "ja": "モメンタムを下げる（--betas 0.5 0.999）"},
    "a_augment": {"en": "augmentation (--augment, --mirror, --jitter)", "ja": "データ拡張（--augment、--mirror、--jitter）"},
    "a_more_data": {"en": "more training pictures", "ja": "学習データを増やす"},
    "a_larger_batch": {"en": "a larger batch (--batch-size 64)", "ja": "バッチを大きくする（--batch-size 64）"},
    # a run of the visitor's own
    "train_heading": {"en": "Train one yourself", "ja": "自分で学習させる"},
    "train_hint": {
        "en": "It runs on this machine, beside the gallery: close the page, and it goes on.",
        "ja": "学習はこのマシンで、ギャラリーとは別に進みます。ページを閉じても止まりません。",
    },
    "train_not_here": {
        "en": "Only the owner of this machine can train here. What is above is open to everybody; to train a model, run the "
        "gallery on your own machine.",
        "ja": "ここで学習を始められるのは、このマシンの持ち主だけです。上の記録はどなたでも見られます。"
        "自分で学習させるには、ご自身のマシンでギャラリーを開いてください。",
    },
    "not_owner": {
        "en": "Only the owner of this machine may do that.",
        "ja": "この操作ができるのは、このマシンの持ち主だけです。",
    },
    "wrong_password": {"en": "This is not the password.", "ja": "パスワードが違います。"},
    "train_password": {"en": "The owner's password", "ja": "持ち主のパスワード"},
    "train_unlock": {"en": "Unlock", "ja": "入る"},
    "train_preset": {"en": "How it is to go", "ja": "どんな勝負にする？"},
    "train_model": {"en": "Model", "ja": "モデル"},
    "train_data": {"en": "Pictures", "ja": "学習データ"},
    "train_batch": {"en": "Batch", "ja": "バッチの枚数"},
    "train_generator": {"en": "Thief's learning rate", "ja": "怪盗の学習率"},
    "train_discriminator": {"en": "Detective's learning rate", "ja": "探偵の学習率"},
    "train_steps": {"en": "Detective's updates per step", "ja": "探偵の更新回数（1ステップあたり）"},
    "train_loss": {"en": "Loss", "ja": "損失"},
    "train_augment": {"en": "Augmentation", "ja": "データ拡張"},
    "train_minutes": {"en": "Time limit", "ja": "制限時間"},
    "unit_seconds": {"en": "s", "ja": "秒"},
    "unit_minutes": {"en": "min", "ja": "分"},
    "unit_hours": {"en": "h", "ja": "時間"},
    "as_usual": {"en": "the model's own", "ja": "モデルの標準"},
    "augment_none": {"en": "none", "ja": "なし"},
    "augment_mirror": {"en": "mirrored at random", "ja": "左右反転"},
    "augment_jitter": {"en": "shifted and scaled at random", "ja": "ずらし・拡大縮小"},
    "train_start": {"en": "Start the training", "ja": "学習を始める"},
    "train_more": {"en": "More settings", "ja": "くわしい設定"},
    "preset_fair": {"en": "A fair duel", "ja": "互角の勝負"},
    "preset_weak": {"en": "Sabotage: a detective who hardly learns", "ja": "妨害: ほとんど学ばない探偵"},
    "preset_saturating": {"en": "Sabotage: the saturating loss", "ja": "妨害: 飽和する損失"},
    "preset_blind": {"en": "Sabotage: a detective who never learns", "ja": "妨害: まったく学ばない探偵"},
    "preset_tiny": {"en": "Sabotage: two pictures in a batch", "ja": "妨害: バッチはたった2枚"},
    "preset_wild": {"en": "Sabotage: learning rates far too high", "ja": "妨害: 高すぎる学習率"},
    "preset_asleep": {"en": "Sabotage: learning rates far too low", "ja": "妨害: 低すぎる学習率"},
    "control_pause": {"en": "Pause", "ja": "一時停止"},
    "control_go_on": {"en": "Go on", "ja": "続ける"},
    "control_step": {"en": "One step", "ja": "1ステップだけ"},
    "control_tick": {"en": "One tick", "ja": "1区切りだけ"},
    "control_stop": {"en": "Stop", "ja": "終了する"},
    "control_resume": {"en": "Resume this run", "ja": "この記録の続きから再開"},
    "control_hint": {"en": "The rates take effect at the next step.", "ja": "変更は次のステップから反映されます。"},
    "control_apply": {"en": "Change the rates", "ja": "学習率を変更"},
    "busy": {
        "en": "'{name}' is training. One run at a time: stop it first.",
        "ja": "「{name}」を学習中です。同時に進められるのはひとつだけなので、先にそちらを止めてください。",
    },
    "not_running": {
        "en": "'{name}' isn't training any more. Resume it first.",
        "ja": "「{name}」の学習はもう終わっています。先に再開してください。",
    },
    "no_run_here": {
        "en": "There is no such run on this machine. Choose one from the list.",
        "ja": "その記録はこのマシンにありません。一覧から選んでください。",
    },
    "no_checkpoint": {
        "en": "This run has no checkpoint to go on from. Start it anew.",
        "ja": "この記録には再開できるチェックポイントがありません。はじめから学習してください。",
    },
    "little_disk": {
        "en": "Less than {most} GB are free on the disk. Make room first.",
        "ja": "ディスクの空きが {most} GB を切っています。先に空きを作ってください。",
    },
    "bad_choice": {"en": "Choose from the lists.", "ja": "一覧から選んでください。"},
    "bad_control": {"en": "These rates can't be used. Choose lower ones.", "ja": "この値は使えません。小さくしてください。"},
    # the playground
    "play_heading": {"en": "A duel in two dimensions", "ja": "平面の上の対決"},
    "play_hint": {
        "en": "Here a picture is a single point, so the whole game can be seen at once. The thief moves its points to where "
        "the real ones are; the detective colours the plane by what it believes.",
        "ja": "ここでは、1枚の「絵」は平面上の1点です。だから勝負の全体が一目で見渡せます。"
        "怪盗は自分の点を本物のところへ運び、探偵は平面を見立ての色で塗り分けます。",
    },
    "play_shape": {"en": "Where the real points lie", "ja": "本物の点の並び"},
    "play_ring": {"en": "Ring", "ja": "輪"},
    "play_grid": {"en": "Grid", "ja": "格子"},
    "play_moons": {"en": "Two moons", "ja": "三日月"},
    "play_line": {"en": "Line", "ja": "直線"},
    "play_drawn": {"en": "Draw your own", "ja": "自分で描く"},
    "play_draw_here": {
        "en": "Draw here: this is where the real points will be.",
        "ja": "ここに描いてください。本物の点の並びになります。",
    },
    "play_run": {"en": "Run", "ja": "動かす"},
    "play_pause": {"en": "Pause", "ja": "止める"},
    "play_once": {"en": "One step", "ja": "1ステップ"},
    "play_reset": {"en": "Start over", "ja": "最初から"},
    "play_generator_rate": {"en": "Thief's learning rate", "ja": "怪盗の学習率"},
    "play_discriminator_rate": {"en": "Detective's learning rate", "ja": "探偵の学習率"},
    "play_generator_steps": {"en": "Thief's updates per step", "ja": "怪盗の更新回数"},
    "play_discriminator_steps": {"en": "Detective's updates per step", "ja": "探偵の更新回数"},
    "play_loss": {"en": "Loss", "ja": "損失"},
    "play_latent": {"en": "Noise of the thief", "ja": "怪盗の乱数の次元"},
    "play_plane": {"en": "a plane (2-D)", "ja": "平面（2次元）"},
    "play_thread": {"en": "a thread (1-D)", "ja": "1本の線（1次元）"},
    "play_show": {"en": "Show", "ja": "表示"},
    "play_real": {"en": "real points", "ja": "本物の点"},
    "play_generated": {"en": "the thief's points", "ja": "怪盗の点"},
    "play_landscape": {"en": "what the detective believes", "ja": "探偵の見立て"},
    "play_arrows": {"en": "where the thief is drawn to", "ja": "怪盗が引かれる向き"},
    "play_warp": {"en": "the thief's warped grid", "ja": "怪盗がゆがめた格子"},
    "play_says_real": {"en": "real", "ja": "本物"},
    "play_says_fake": {"en": "forged", "ja": "贋作"},
    "play_speed": {"en": "steps a second", "ja": "ステップ/秒"},
    "play_covered": {"en": "of the real is covered", "ja": "本物のうち、再現できた割合"},
    "play_plausible": {"en": "of the forgeries are plausible", "ja": "贋作のうち、本物らしい割合"},
    "play_canvas": {
        "en": "The plane with real and generated points",
        "ja": "本物の点と怪盗の点が並ぶ平面",
    },
    "nothing_drawn": {"en": "Draw some points first.", "ja": "先に点を描いてください。"},
    "bad_playground": {
        "en": "Use the sliders: this value can't be used.",
        "ja": "この値は使えません。スライダーで選んでください。",
    },
    # the card of a model
    "card": {
        "en": "<b>{model}</b>, trained on <b>{data}</b>, {parameters} parameters",
        "ja": "<b>{data}</b> で学習した <b>{model}</b>（パラメータ {parameters} 個）",
    },
    "card_from_elsewhere": {
        "en": "<b>{model}</b>, trained elsewhere, {parameters} parameters",
        "ja": "ほかで学習した <b>{model}</b>（パラメータ {parameters} 個）",
    },
    "fid": {"en": "FID <b>{value}</b>", "ja": "FID <b>{value}</b>"},
    "clear_share": {"en": "clear pictures <b>{value}</b>", "ja": "はっきり読める絵 <b>{value}</b>"},
    "kid": {"en": "KID <b>{value}</b>", "ja": "KID <b>{value}</b>"},
    "psnr": {"en": "PSNR <b>{value}</b> dB", "ja": "PSNR（画素の近さ）<b>{value}</b> dB"},
    "ssim": {"en": "SSIM <b>{value}</b>", "ja": "SSIM（構造の近さ）<b>{value}</b>"},
    "lower_is_better": {
        "en": "FID and KID: lower is better. Over few pictures they are rough, and may fall below 0 or below those of "
        "real pictures.",
        "ja": "FID と KID は小さいほど良い値です。枚数が少ないと誤差が大きく、0 や「本物」の値を下回ることもあります。",
    },
    "real": {"en": "real pictures", "ja": "本物"},
    "row_untouched": {"en": "untouched", "ja": "変換前のまま"},
    "row_back": {"en": ", back", "ja": "（逆向き）"},
    "row_seen": {"en": " (seen in training)", "ja": "（学習に使った絵）"},
    "row_paper": {"en": ", paper mode", "ja": "（論文の方式）"},
    "row_hints": {"en": ", with colour hints", "ja": "（色のヒントあり）"},
    # what went wrong
    "no_models": {
        "en": "There are no weights here yet. Train a model with: gan-zoo train --recipe dcgan-digits",
        "ja": "まだ重みがありません。gan-zoo train --recipe dcgan-digits でモデルを学習してください。",
    },
    "unusable": {
        "en": "Can't be used, the files are damaged: {names}",
        "ja": "ファイルが壊れていて使えないモデル: {names}",
    },
    "unknown_weights": {
        "en": "There is no model '{name}'. There are: {close}.",
        "ja": "「{name}」というモデルはありません。選べるのは {close} です。",
    },
    "broken_weights": {
        "en": "The files of '{name}' are damaged or incomplete. Choose another model.",
        "ja": "「{name}」のファイルは壊れているか、足りません。別のモデルを選んでください。",
    },
    "wrong_kind": {
        "en": "'{name}' draws no pictures. Choose another model.",
        "ja": "「{name}」は絵を描けません。別のモデルを選んでください。",
    },
    "bad_seed": {
        "en": "The seed must be a whole number from 0 to {most}.",
        "ja": "シードには 0 から {most} までの整数を入れてください。",
    },
    "bad_truncation": {
        "en": "Truncation must be a number from {least} to {most}.",
        "ja": "切り詰めには {least} から {most} までの数を指定してください。",
    },
    "bad_position": {
        "en": "The position must be a number from 0 to 1.",
        "ja": "位置には 0 から 1 までの数を指定してください。",
    },
    "bad_count": {"en": "Ask for 1 to {most} pictures.", "ja": "枚数は 1 から {most} までにしてください。"},
    "bad_picks": {
        "en": "The picks can't be read. Clear them and pick again.",
        "ja": "選択した絵を読み取れません。選択を解除して、選び直してください。",
    },
    "many_picks": {
        "en": "{most} pictures at the most. Click a picked one to let it go.",
        "ja": "選べるのは{most}枚までです。選んだ絵をもう一度クリックすると外せます。",
    },
    "few_picks_map": {"en": "Pick three or more pictures above.", "ja": "上の絵から3枚以上を選んでください。"},
    "unknown_class": {
        "en": "This model draws no '{name}'. It draws: {known}",
        "ja": "このモデルは「{name}」を描けません。描けるのは次のものです: {known}",
    },
    "bad_link": {
        "en": "This link can't be read. It may have been cut off: copy it again.",
        "ja": "このリンクは読み取れません。途中で切れているかもしれないので、もう一度コピーしてください。",
    },
    "bad_link_picks": {
        "en": "The picks in this link can't be read. They look like 7.0,7.9: seed, point, place on the wall.",
        "ja": "リンクの中の選択（picks）を読み取れません。7.0,7.9 のように、シードと壁の番号を点でつないで並べます。",
    },
    "bad_precision": {"en": "The precision must be one of: {names}.", "ja": "精度は {names} のいずれかにしてください。"},
    "unexpected": {
        "en": "Something went wrong here. Please try again.",
        "ja": "こちら側で問題が起きました。もう一度お試しください。",
    },
}  # fmt: skip

# The browser chooses among these, by the language that the page is shown in.
i18n = gr.I18n(**{language: {key: text[language] for key, text in TEXTS.items()} for language in LANGUAGES})


def say(key: str, language: str, **fields: Any) -> str:
    """The sentence `key` in a language, with its fields filled in; of a list, its parts."""
    lists = {name: ", ".join(map(str, value)) for name, value in fields.items() if isinstance(value, list | tuple)}
    return TEXTS[key][language].format(**{**fields, **lists})


def both(key: str, **fields: Any) -> str:
    """The sentence `key` as HTML in both languages, of which the page shows its own; fields are escaped."""
    safe = {
        name: [html.escape(str(part)) for part in value] if isinstance(value, list | tuple) else html.escape(str(value))
        for name, value in fields.items()
    }
    return "".join(f'<span class="zoo-text" lang="{language}">{say(key, language, **safe)}</span>' for language in LANGUAGES)


def explain(error: UserError) -> str:
    """A user's mistake as HTML in both languages; the error's own line where there is no sentence for it."""
    try:
        return both(error.code, **error.fields)
    except KeyError:
        return html.escape(str(error))
