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
        "en": "This picture has too many pixels. Scale it down to less than 8,000 a side.",
        "ja": "画像の画素数が多すぎます。一辺を8,000ピクセル未満に縮めてください。",
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
    # the card of a model
    "card": {
        "en": "<b>{model}</b>, trained on <b>{data}</b>, {parameters} parameters",
        "ja": "<b>{data}</b> で学習した <b>{model}</b>（パラメータ {parameters} 個）",
    },
    "fid": {"en": "FID <b>{value}</b>", "ja": "FID <b>{value}</b>"},
    "clear_share": {"en": "clear pictures <b>{value}</b>", "ja": "はっきり読める絵 <b>{value}</b>"},
    "kid": {"en": "KID <b>{value}</b>", "ja": "KID <b>{value}</b>"},
    "psnr": {"en": "PSNR <b>{value}</b> dB", "ja": "PSNR（画素の近さ）<b>{value}</b> dB"},
    "ssim": {"en": "SSIM <b>{value}</b>", "ja": "SSIM（構造の近さ）<b>{value}</b>"},
    "lower_is_better": {"en": "lower is better", "ja": "小さいほど良い"},
    "real": {"en": "real pictures", "ja": "本物"},
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
