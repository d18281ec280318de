"""Sentences: the Latent space tab."""

TEXTS = {
    # the latent space
    "latent_title": {"en": "Latent space", "ja": "潜在空間"},
    "draw_heading": {"en": "Draw", "ja": "描いてみる"},
    "draw_hint": {
        "en": "Every picture is a point in a space of about a hundred numbers. Click pictures to walk between them.",
        "ja": "1枚の絵は、100個ほどの数で表される空間の1点です。絵を選ぶと、そのあいだを歩けます。",
    },
    "model": {"en": "Model", "ja": "モデル"},
    "choose_model": {"en": "Models, each with pictures that it drew", "ja": "モデルの一覧。それぞれが描いた絵つき"},
    "stroll": {"en": "A walk through pictures that nobody drew", "ja": "誰も描いていない絵の中を歩く"},
    "stroll_label": {"en": "Pictures that change slowly from one into the next", "ja": "ゆっくりと別の絵に変わっていく絵"},
    "stroll_play": {"en": "Play the walk", "ja": "動かす"},
    "stroll_pause": {"en": "Stop the walk", "ja": "止める"},
    "seed": {"en": "Seed", "ja": "シード"},
    "seed_info": {
        "en": "The same seed always gives the same pictures.",
        "ja": "同じシードからは、いつも同じ絵が生まれます。",
    },
    "again": {"en": "Again", "ja": "もう一度"},
    "truncation": {"en": "Truncation", "ja": "切り詰め（truncation）"},
    "truncation_info": {
        "en": "Low: typical pictures that look alike. High: varied pictures, some of them odd.",
        "ja": "小さいほど無難で似た絵に、大きいほど多様で、ときに奇妙な絵になります。",
    },
    "wall_label": {"en": "Samples. Click to select.", "ja": "サンプルです。クリックで選択します。"},
    "tile_label": {"en": "Sample", "ja": "サンプル"},
    "drawn": {"en": "{n} pictures in <b>{milliseconds} ms</b>", "ja": "{n}枚を <b>{milliseconds}ミリ秒</b>で生成"},
    "opinion": {"en": "Ask the detective", "ja": "探偵に見てもらう"},
    "opinion_hint": {
        "en": "The colour of the frame shows the detective's score, D, compared with this model's other pictures.",
        "ja": "枠の色は、探偵の評価 D を、このモデルが描くほかの絵と比べたものです。",
    },
    "opinion_label": {
        "en": "D = {logit}, more convincing than {share} of this model's pictures",
        "ja": "D = {logit}、このモデルの絵の{share}より本物らしい",
    },
    "seen_through": {"en": "caught", "ja": "見破った"},
    "taken_in": {"en": "fooled", "ja": "だまされた"},
    "walk_heading": {"en": "Walk from one picture to another", "ja": "絵から絵へ歩く"},
    "walk_hint": {
        "en": "Between two points there are pictures that nobody has drawn before. Move the slider.",
        "ja": "二つの点のあいだには、まだ誰も描いたことのない絵が続いています。スライダーを動かしてみてください。",
    },
    "position": {"en": "Position between the pictures", "ja": "絵と絵のあいだの位置"},
    "route": {"en": "Route", "ja": "経路"},
    "spherical": {"en": "Spherical (along the arc)", "ja": "球面（弧に沿って）"},
    "linear": {"en": "Linear (straight through)", "ja": "直線（まっすぐ）"},
    "clear": {"en": "Clear the selection", "ja": "選択を解除"},
    "animate": {"en": "Make a film of the walk", "ja": "散歩を動画にする"},
    "film_seconds": {"en": "Length of the film in seconds", "ja": "動画の長さ（秒）"},
    "few_picks": {"en": "Select two or more pictures above.", "ja": "上の絵から2枚以上を選んでください。"},
    "live_label": {"en": "The picture at the slider's position", "ja": "スライダーの位置の絵"},
    "strip_label": {"en": "The way in steps, from one selected picture to the next", "ja": "選んだ絵から絵への道のり"},
    "filming": {"en": "Filming the walk.", "ja": "散歩を撮影しています。"},
    "bad_length": {
        "en": "The length must be a number from {least} to {most} seconds.",
        "ja": "長さには {least}秒から{most}秒までの数を指定してください。",
    },
    "film_label": {"en": "A loop through the selected pictures", "ja": "選んだ絵をめぐるループ動画"},
    "download_strip": {"en": "Download strip (PNG)", "ja": "コマを保存（PNG）"},
    "download_film": {"en": "Download animation (WebP)", "ja": "アニメーションを保存（WebP）"},
    "download_video": {"en": "Download film (MP4, 720p)", "ja": "動画を保存（MP4、720p）"},
    "class": {"en": "What to draw", "ja": "描くもの"},
    "keep": {"en": "Add to favourites", "ja": "お気に入りに入れる"},
    "share": {"en": "Link to this view", "ja": "この画面へのリンク"},
    "link": {"en": "This link opens the same pictures again:", "ja": "このリンクを開くと、同じ絵がまた現れます。"},
    "shelf": {"en": "Favourites", "ja": "お気に入り"},
    "shelf_hint": {
        "en": "They stay in this browser only. Click one to go back to it.",
        "ja": "このブラウザの中だけに残ります。クリックすると、その絵に戻ります。",
    },
    "open_kept": {"en": "Go back to:", "ja": "この絵に戻る："},
    "drop_kept": {"en": "Remove from favourites:", "ja": "お気に入りから外す："},
    "steps": {"en": "{n} frames in <b>{milliseconds} ms</b>", "ja": "{n}コマを <b>{milliseconds}ミリ秒</b>で生成"},
    "live": {"en": "<b>{milliseconds} ms</b> of model time", "ja": "モデルの計算は <b>{milliseconds}ミリ秒</b>"},
    "drawn_here": {
        "en": "{n} pictures on this device in <b>{milliseconds} ms</b>",
        "ja": "{n}枚をこの端末で <b>{milliseconds}ミリ秒</b>で生成",
    },
    "steps_here": {
        "en": "{n} frames on this device in <b>{milliseconds} ms</b>",
        "ja": "{n}コマをこの端末で <b>{milliseconds}ミリ秒</b>で生成",
    },
    # tools
    "tools_heading": {"en": "Explore", "ja": "もっと探る"},
    "tools_hint": {
        "en": "Each tool starts from the selected pictures, or from the picture at the slider's position.",
        "ja": "上で選んだ絵や、スライダーの位置の絵を出発点にして、いろいろな道具を試せます。",
    },
    "by_name_title": {"en": "By name", "ja": "名前で選ぶ"},
    "by_name_hint": {
        "en": "Choose hair, glasses or colours, and the face has them at once. The latents of this model hold a number for "
        "each word, and the word with the largest number is drawn.",
        "ja": "髪型やめがね、色を選ぶと、顔がすぐに変わります。このモデルの潜在変数には単語ごとに数値があり、"
        "値がいちばん大きい単語が描かれます。",
    },
    "as_drawn": {"en": "as drawn", "ja": "そのまま"},
    "as_drawn_all": {"en": "Undo all choices", "ja": "すべて元に戻す"},
    "no_words_of_its_own": {
        "en": "This model draws nothing by name. Choose one that does, such as the faces by CVAE-GAN.",
        "ja": "このモデルでは名前で選べません。CVAE-GANの顔など、名前で選べるモデルを選んでください。",
    },
    "knobs_title": {"en": "Glasses and moods", "ja": "めがねと気分"},
    "knobs_hint": {
        "en": "Sliders for what has a name, such as glasses or a beard. A network that learnt from exact labels read a "
        "thousand pictures, and "
        "regression found the directions. The numbers say how much each slider does, and how much else changes with it.",
        "ja": "めがねやひげのように、名前のある特徴を動かします。正確なラベルで学んだネットワークが1,000枚の絵を読み、"
        "回帰で方向を求めました。"
        "数字は、スライダーの効き目と、ほかの特徴をどれだけ巻き込むかです。",
    },
    "knob_glasses": {"en": "Glasses", "ja": "めがね"},
    "knob_beard": {"en": "Beard", "ja": "ひげ"},
    "knob_hair": {"en": "Hair: short to long", "ja": "髪の長さ"},
    "knob_mood": {"en": "Mood: unhappy to happy", "ja": "気分（不機嫌から上機嫌へ）"},
    "knob_skin": {"en": "Skin: dark to light", "ja": "肌の色（濃い色から明るい色へ）"},
    "knob_effect": {
        "en": "changes this by {asked}, and everything else together by {others}",
        "ja": "効き目{asked}、ほかへの影響は合計{others}",
    },
    "no_knobs": {
        "en": "This model draws no faces whose features can be read. Choose one of the faces above.",
        "ja": "このモデルの絵からは、顔の特徴を読み取れません。上で顔のモデルを選んでください。",
    },
    "drag_title": {"en": "Drag", "ja": "つまんで動かす"},
    "drag_hint": {
        "en": "Put the pointer on a part of the picture and drag it to where it should be. Then start: the model looks for a "
        "picture in which it is there. Several arrows work at once.",
        "ja": "絵の一部をつまんで、動かしたい先まで引っぱってください。「始める」を押すと、そこに来る絵をモデルが探します。"
        "矢印は何本か引けます。",
    },
    "drag_go": {"en": "Start", "ja": "始める"},
    "drag_undo": {"en": "Undo", "ja": "元に戻す"},
    "drag_clear": {"en": "Remove arrows", "ja": "矢印を消す"},
    "drag_arrows": {"en": "Arrows", "ja": "矢印"},
    "drag_hold": {"en": "Paint what must stay", "ja": "動かさない所を塗る"},
    "drag_label": {
        "en": "The picture. Drag to draw an arrow from a handle to its target.",
        "ja": "絵です。ドラッグすると、つまむ点から目標まで矢印が引けます。",
    },
    "dragged": {
        "en": "update {step}, <b>{distance}</b> pixels to go, {rate} updates a second",
        "ja": "{step}回目、目標まであと <b>{distance}</b> 画素、毎秒{rate}回",
    },
    "bad_arrows": {
        "en": "Draw 1 to {most} arrows on the picture first.",
        "ja": "先に、絵の上に矢印を1本から{most}本まで引いてください。",
    },
    "mix_title": {"en": "Mix", "ja": "まぜる"},
    "mix_hint": {
        "en": "A model can separate what a picture shows from how it is drawn. Combine the two in new ways.",
        "ja": "「何を描くか」と「どう描くか」を切り離して、組み合わせ直してみましょう。",
    },
    "no_mix": {
        "en": "This model draws one kind of picture, and it draws all of it at once, so it has nothing to mix.",
        "ja": "このモデルは一種類の絵を丸ごと描くので、混ぜるものがありません。",
    },
    "no_word": {
        "en": "This model draws no letters, so it can't write. It can mix the styles of two pictures.",
        "ja": "このモデルは文字を描かないので、言葉は書けません。2枚の絵のスタイルを混ぜられます。",
    },
    "mix_offer": {"en": "Models that can write:", "ja": "文字を書けるモデル："},
    "word": {"en": "Write a word", "ja": "言葉を書く"},
    "word_info": {
        "en": "In a font that doesn't exist. The point at the slider's position sets the shape.",
        "ja": "この世に存在しないフォントで書きます。字の形を決めるのは、スライダーの位置の点です。",
    },
    "written_label": {"en": "The word", "ja": "書いた言葉"},
    "alphabet_label": {"en": "Every character in this font", "ja": "このフォントのすべての文字"},
    "take_over": {"en": "Shape from the row, the rest from the column", "ja": "形は行の絵から、残りは列の絵から"},
    "mix_middle": {"en": "Half and half", "ja": "半分ずつ"},
    "mix_early": {"en": "More of the column", "ja": "列の絵を多めに"},
    "mix_late": {"en": "More of the row", "ja": "行の絵を多めに"},
    "table_label": {
        "en": "One row and one column for each selected picture. The diagonal shows the selected pictures themselves.",
        "ja": "行も列も、選んだ絵の順です。対角線には選んだ絵そのものが並びます。",
    },
    "bad_word": {"en": "Write 1 to {most} letters.", "ja": "1文字から{most}文字までで書いてください。"},
    "strange_letters": {
        "en": "This model has not learnt {strange}. It can write: {known}",
        "ja": "このモデルは {strange} を習っていません。書けるのは次の文字です：{known}",
    },
    "arithmetic_title": {"en": "Arithmetic", "ja": "絵の足し算"},
    "arithmetic_hint": {
        "en": "You can add and subtract pictures: the result is C plus what A has and B lacks. Click a picture to change "
        "its letter.",
        "ja": "絵どうしを足したり引いたりできます。「A にあって、B にないもの」を C に足します。"
        "絵をクリックすると役が変わります。",
    },
    "role_of": {"en": "Role of picture", "ja": "絵の役："},
    "role_none": {"en": "none", "ja": "なし"},
    "attribute_hint": {
        "en": "You can also add by name. A feature network looked at a thousand samples and found the direction. It is "
        "added to the picture at the slider's position.",
        "ja": "名前でも足せます。特徴ネットワークに1,000枚の絵を見せて、その方向を探しました。スライダーの位置の絵に足します。",
    },
    "attribute": {"en": "Add", "ja": "足すもの"},
    "amount": {"en": "Amount", "ja": "足す量"},
    "bad_roles": {"en": "Give at least one picture the letter A or C.", "ja": "少なくとも1枚を A か C にしてください。"},
    "unknown_word": {
        "en": "This model cannot draw '{name}'. It can draw: {known}",
        "ja": "このモデルは「{name}」を描けません。描けるのは次のものです：{known}",
    },
    "unknown_attribute": {
        "en": "This model has no attribute '{name}'. It has: {known}",
        "ja": "このモデルに「{name}」という属性はありません。使えるのは次のものです：{known}",
    },
    "bad_places": {
        "en": "Give 1 to {most} places, like [[0, 0], [0.5, 1]].",
        "ja": "場所は [[0, 0], [0.5, 1]] のように、1か所から{most}か所までで指定してください。",
    },
    "bad_steps": {"en": "Ask for 1 to {most} steps.", "ja": "歩数は 1 から {most} までにしてください。"},
    "bad_amount": {
        "en": "The sliders go from {least} to {most}.",
        "ja": "スライダーの値は {least} から {most} までです。",
    },
    "directions_title": {"en": "Directions", "ja": "方向"},
    "directions_hint": {
        "en": "The gallery computes the directions in which pictures change most. Nobody told the model what they mean.",
        "ja": "絵がいちばん大きく変わる方向を計算で見つけました。その意味は、誰もモデルに教えていません。",
    },
    "method": {"en": "Method", "ja": "方向の見つけ方"},
    "principal": {"en": "From samples (PCA)", "ja": "たくさんの絵から（主成分分析）"},
    "closed_form": {"en": "From the weights (closed form)", "ja": "重みそのものから（閉形式）"},
    "level": {"en": "Reset all to 0", "ja": "すべて 0 に戻す"},
    "direction": {"en": "{n} ({share} of the variance)", "ja": "{n}（分散の{share}）"},
    "map_title": {"en": "Map", "ja": "地図"},
    "map_hint": {
        "en": "Three points define a plane. This is the plane through the first three selected pictures. It has no end.",
        "ja": "三つの点があれば、1枚の平面が決まります。最初に選んだ3枚を通る平面を、どこまでも旅してみましょう。",
    },
    "map_keys": {
        "en": "Drag to move. + and − zoom, and so does the wheel once you have clicked the map. Pictures appear as they "
        "come into view.",
        "ja": "ドラッグで移動し、＋と−で拡大・縮小します。一度クリックすると、ホイールも使えます。"
        "見えたところから順に描かれます。",
    },
    "one_line": {
        "en": "These three points lie on one line. Select another third picture.",
        "ja": "この3枚は一直線に並んでいます。3枚目を別の絵にしてください。",
    },
    "projection_title": {"en": "Your picture", "ja": "あなたの絵"},
    "projection_hint": {
        "en": "Draw something or upload a picture. The model looks for the closest picture that it can draw.",
        "ja": "絵を描くか、画像をアップロードしてください。モデルに描ける範囲で、いちばん近い点を探します。",
    },
    "choose_picture": {"en": "Upload a picture", "ja": "画像を選ぶ"},
    "pen": {"en": "Pen", "ja": "ペンの色"},
    "wipe": {"en": "Clear", "ja": "消す"},
    "easel_label": {"en": "Draw here, or drop a picture", "ja": "ここに描くか、画像をドロップしてください"},
    "project": {"en": "Find the closest picture", "ja": "近い絵を探す"},
    "stop": {"en": "Stop", "ja": "止める"},
    "projected": {
        "en": "step {step} of {steps}, PSNR <b>{psnr} dB</b> (higher is closer)",
        "ja": "{steps}歩のうち{step}歩目、PSNR <b>{psnr} dB</b>（大きいほど近い）",
    },
    "project_first": {"en": "Find the closest picture first.", "ja": "先に「近い絵を探す」を押してください。"},
    "no_picture": {"en": "Draw something or upload a picture first.", "ja": "先に絵を描くか、画像を選んでください。"},
    "empty_file": {"en": "This file is empty. Choose another one.", "ja": "このファイルは空です。別の画像を選んでください。"},
    "not_a_picture": {
        "en": "This file is not a picture that can be read. Choose a PNG, JPEG or WebP.",
        "ja": "画像として読み取れないファイルです。PNG・JPEG・WebP の画像を選んでください。",
    },
    "large_file": {
        "en": "This file is larger than {most} MB. Choose a smaller one.",
        "ja": "ファイルが{most} MB を超えています。もっと小さい画像を選んでください。",
    },
    "large_file_here": {
        "en": "This file is larger than 10 MB. Choose a smaller one.",
        "ja": "ファイルが10 MB を超えています。もっと小さい画像を選んでください。",
    },
    "large_picture": {
        "en": "This picture has too many pixels. Scale it down to at most 10,000 pixels a side.",
        "ja": "画像の画素数が多すぎます。一辺を10,000画素以下に縮めてください。",
    },
    "memory_title": {"en": "Does it copy?", "ja": "丸暗記していない？"},
    "memory_hint": {
        "en": "Perhaps the thief only copies. Here are the training pictures that are closest to the picture at the "
        "slider's position.",
        "ja": "怪盗は覚えた絵を写しているだけかもしれません。スライダーの位置の絵にいちばん近い学習データを並べて、"
        "確かめてみましょう。",
    },
    "no_observer": {
        "en": "There is no feature network for '{data}' here, so closeness can't be measured.",
        "ja": "「{data}」用の特徴ネットワークがないので、近さを測れません。",
    },
    "reading": {"en": "Looking through all training pictures …", "ja": "学習データをひと通り見ています…"},
    "this_sample": {"en": "sample", "ja": "生成した絵"},
    "neighbours": {
        "en": "A feature network measures the nearest picture at a distance of {distance}. Of real pictures outside the "
        "training data, {share} have a training picture that is nearer than that. Near 0% means a copy. Near 50% "
        "means as new as a real picture.",
        "ja": "特徴ネットワークの目で測ると、いちばん近い絵までの距離は {distance} です。"
        "学習に使わなかった本物のうち、もっと近い相手が学習データの中にいるものは{share}でした。"
        "0%に近ければ丸写し、50%前後なら本物と同じくらい新しい絵です。",
    },
}
