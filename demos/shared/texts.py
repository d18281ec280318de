"""Sentences: the page's own sentences and those of the cards."""

TEXTS = {
    # the page
    "language": {"en": "English", "ja": "日本語"},
    # what Gradio says at the foot of the page; the key is its own
    "errors.use_via_api": {"en": "Use via API", "ja": "API で使う"},
    "errors.use_via_api_or_mcp": {"en": "Use via API or MCP", "ja": "API や MCP で使う"},
    "tagline": {
        "en": "Small generative models that you can play with and learn from",
        "ja": "手のひらサイズの生成モデルを、さわって学べる動物園",
    },
    # the way to the tabs
    "rooms": {"en": "Rooms", "ja": "展示室"},
    "group_play": {"en": "Play", "ja": "遊ぶ"},
    "group_understand": {"en": "Understand", "ja": "しくみを見る"},
    "group_learn": {"en": "Learn", "ja": "学ぶ"},
    "surprise": {"en": "Surprise me", "ja": "おまかせ"},
    "surprise_none": {
        "en": "There is nothing to choose from here yet. Try again in a moment.",
        "ja": "選べるものがまだありません。少し待ってからお試しください。",
    },
    "share_picture": {"en": "Share the picture", "ja": "絵を共有"},
    "share_page": {"en": "Share this page", "ja": "このページを共有"},
    "share_saved": {"en": "The picture is in your downloads.", "ja": "絵をダウンロードしました。"},
    "share_copied": {"en": "The link to this page is copied.", "ja": "このページへのリンクをコピーしました。"},
    "share_by_hand": {
        "en": "The browser does not let this page copy. The link is selected: copy it yourself.",
        "ja": "ブラウザがコピーを許可していません。リンクを選択してあるので、ご自分でコピーしてください。",
    },
    "share_early": {"en": "There is no picture here yet.", "ja": "まだ絵がありません。"},
    "to_stage": {"en": "Show this on a projector", "ja": "プロジェクターで見せる"},
    "thief": {"en": "The thief", "ja": "怪盗"},
    "thief_term": {"en": "generator", "ja": "生成器・ジェネレータ"},
    "thief_does": {
        "en": "forges pictures out of random noise. It never sees a real picture. It only learns whether the detective "
        "caught it.",
        "ja": "ただの乱数から贋作を描きます。本物を見ることはなく、見破られたかどうかだけを頼りに腕を磨きます。",
    },
    "detective": {"en": "The detective", "ja": "探偵"},
    "detective_term": {"en": "discriminator", "ja": "識別器・ディスクリミネータ"},
    "detective_does": {
        "en": "looks at real and forged pictures and says which is which. It gets better with every case.",
        "ja": "本物と贋作を見比べ、どちらなのかを言い当てます。事件を重ねるほど目が肥えていきます。",
    },
    # links
    "copy": {"en": "Copy", "ja": "コピー"},
    "copied": {"en": "Copied", "ja": "コピーしました"},
    "copy_by_hand": {"en": "Selected: copy it yourself", "ja": "選択しました。ご自分でコピーしてください"},
    # the card of a model
    "details": {"en": "Details", "ja": "くわしい情報"},
    "card": {
        "en": "<b>{model}</b>, trained on <b>{data}</b>, {parameters} parameters",
        "ja": "<b>{data}</b> で学習した <b>{model}</b>（パラメータ{parameters}個）",
    },
    "card_from_elsewhere": {
        "en": "<b>{model}</b>, trained elsewhere, {parameters} parameters",
        "ja": "ほかで学習した <b>{model}</b>（パラメータ{parameters}個）",
    },
    "fid": {"en": "FID <b>{value}</b>", "ja": "FID <b>{value}</b>"},
    "clear_share": {"en": "clear pictures <b>{value}</b>", "ja": "はっきり読める絵 <b>{value}</b>"},
    "kid": {"en": "KID <b>{value}</b>", "ja": "KID <b>{value}</b>"},
    "psnr": {"en": "PSNR <b>{value}</b> dB", "ja": "PSNR（画素の近さ）<b>{value}</b> dB"},
    "ssim": {"en": "SSIM <b>{value}</b>", "ja": "SSIM（構造の近さ）<b>{value}</b>"},
    "lower_is_better": {
        "en": "FID and KID: lower is better. With few pictures they are only rough. They may then fall below 0, or below "
        "the values of real pictures.",
        "ja": "FID と KID は小さいほど良い値です。枚数が少ないと誤差が大きく、0 や「本物」の値を下回ることもあります。",
    },
    "real": {"en": "real pictures", "ja": "本物"},
    "row_untouched": {"en": "unchanged", "ja": "変換前のまま"},
    "row_back": {"en": ", back", "ja": "（逆向き）"},
    "row_seen": {"en": " (seen in training)", "ja": "（学習に使った絵）"},
    "row_paper": {"en": ", paper mode", "ja": "（論文の方式）"},
    "row_hints": {"en": ", with colour hints", "ja": "（色のヒントあり）"},
    # names of models: what they learnt from, and their kind of network
    "model_name": {"en": "{data} ({network})", "ja": "{data}（{network}）"},
    "data_digits": {"en": "Handwritten digits", "ja": "手書きの数字"},
    "data_mnist": {"en": "Handwritten digits", "ja": "手書きの数字"},
    "data_fashion_mnist": {"en": "Clothes", "ja": "服"},
    "data_kana": {"en": "Kana letters", "ja": "かな文字"},
    "data_faces": {"en": "Cartoon faces", "ja": "イラストの顔"},
    "data_peeps": {"en": "Faces", "ja": "顔"},
    "data_celeba": {"en": "Photographs of faces", "ja": "顔写真"},
    "data_emoji": {"en": "Flat emoji", "ja": "平面の絵文字"},
    "data_emoji3d": {"en": "3D emoji", "ja": "立体の絵文字"},
    "data_pictures": {"en": "Landscapes and paintings", "ja": "風景と絵画"},
    "data_objects": {"en": "Photographs of things", "ja": "物の写真"},
    "data_things": {"en": "Photographs of things", "ja": "物の写真"},
    "data_pictures_landscape": {"en": "Landscapes", "ja": "風景写真"},
    "data_pictures_ukiyoe": {"en": "Ukiyo-e", "ja": "浮世絵"},
    "data_pictures_vangogh": {"en": "Van Gogh's paintings", "ja": "ゴッホの絵"},
    "data_earth": {"en": "Satellite pictures", "ja": "衛星写真"},
    "data_characters": {"en": "Characters", "ja": "キャラクター"},
    "data_dance": {"en": "Dancer", "ja": "踊る人"},
    "network_mlp_gan": {"en": "first GAN, 2014", "ja": "最初の GAN、2014年"},
    "network_dcgan": {"en": "DCGAN", "ja": "DCGAN"},
    "network_cgan": {"en": "conditional GAN", "ja": "条件付き GAN"},
    "network_wgan_gp": {"en": "WGAN-GP", "ja": "WGAN-GP"},
    "network_sngan": {"en": "SNGAN", "ja": "SNGAN"},
    "network_r3gan": {"en": "R3GAN", "ja": "R3GAN"},
    "network_cvae_gan": {"en": "CVAE-GAN", "ja": "CVAE-GAN"},
    "network_fastgan": {"en": "FastGAN", "ja": "FastGAN"},
    "network_stylegan": {"en": "StyleGAN", "ja": "StyleGAN"},
    "network_pix2pix": {"en": "pix2pix", "ja": "pix2pix"},
    "network_pix2pix_hd": {"en": "pix2pixHD", "ja": "pix2pixHD"},
    "network_spade": {"en": "SPADE", "ja": "SPADE"},
    "network_cyclegan": {"en": "CycleGAN", "ja": "CycleGAN"},
    "network_cut": {"en": "CUT", "ja": "CUT"},
    "network_simgan": {"en": "SimGAN", "ja": "SimGAN"},
    "network_context_encoder": {"en": "Context Encoder", "ja": "Context Encoder"},
    "network_stackgan": {"en": "StackGAN", "ja": "StackGAN"},
    "network_vid2vid": {"en": "vid2vid", "ja": "vid2vid"},
    "network_autoencoder": {"en": "autoencoder", "ja": "オートエンコーダ"},
    "network_vae": {"en": "VAE", "ja": "VAE"},
    "network_regressor": {"en": "regression network", "ja": "回帰ネットワーク"},
    "network_bayes": {"en": "Bayes classifier", "ja": "ベイズ分類器"},
    "network_mixture": {"en": "mixture of Gaussians on pixels", "ja": "画素の混合ガウス分布"},
    "network_code_mixture": {"en": "mixture of Gaussians on a code", "ja": "コードの混合ガウス分布"},
    # what went wrong
    "no_models": {
        "en": "There are no weights here yet. Train a model with: gan-zoo train --recipe dcgan-digits",
        "ja": "まだ重みがありません。gan-zoo train --recipe dcgan-digits でモデルを学習してください。",
    },
    "unusable": {
        "en": "These can't be used here. The others work.",
        "ja": "次のものはここでは使えません。ほかのモデルには影響ありません。",
    },
    "fault_damaged_file": {
        "en": "its settings (config.json or gan-zoo.lock) are damaged. Fetch them again.",
        "ja": "設定ファイル（config.json または gan-zoo.lock）が壊れています。取り直してください。",
    },
    "fault_damaged_weights": {
        "en": "its weights are damaged or cut off. Fetch them again.",
        "ja": "重みのファイルが壊れているか、途中で切れています。取り直してください。",
    },
    "fault_missing_file": {
        "en": "a file is missing. Fetch it again.",
        "ja": "ファイルが足りません。取り直してください。",
    },
    "fault_wrong_weights": {
        "en": "its weights belong to another model.",
        "ja": "重みが別のモデルのものです。",
    },
    "fault_old_version": {
        "en": "it needs a newer GAN Zoo.",
        "ja": "もっと新しい GAN Zoo が必要です。",
    },
    "fault_other": {"en": "it can't be read.", "ja": "読み込めません。"},
    "unknown_weights": {
        "en": "There is no model '{name}'. There are: {close}.",
        "ja": "「{name}」というモデルはありません。選べるのは {close} です。",
    },
    "broken_weights": {
        "en": "The files of '{name}' are damaged or incomplete. Choose another model.",
        "ja": "「{name}」のファイルは壊れているか、足りません。別のモデルを選んでください。",
    },
    "wrong_kind": {
        "en": "'{name}' can't draw pictures. Choose another model.",
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
        "en": "The selected pictures can't be read. Clear the selection and select again.",
        "ja": "選択した絵を読み取れません。選択を解除して、選び直してください。",
    },
    "many_picks": {
        "en": "You can select at most {most} pictures. Click a selected picture to remove it.",
        "ja": "選べるのは{most}枚までです。選んだ絵をもう一度クリックすると外せます。",
    },
    "few_picks_map": {"en": "Select three or more pictures above.", "ja": "上の絵から3枚以上を選んでください。"},
    "unknown_class": {
        "en": "This model can't draw '{name}'. It can draw: {known}",
        "ja": "このモデルは「{name}」を描けません。描けるのは次のものです：{known}",
    },
    "bad_link": {
        "en": "This link can't be read. Part of it may be missing. Copy it again.",
        "ja": "このリンクは読み取れません。途中で切れているかもしれないので、もう一度コピーしてください。",
    },
    "bad_link_picks": {
        "en": "The selection (picks) in this link can't be read. It must look like 7.0,7.9: the seed, a point, and the "
        "picture's number on the wall.",
        "ja": "リンクの中の選択（picks）を読み取れません。7.0,7.9 のように、シードと絵の番号を点でつないで並べます。",
    },
    "bad_precision": {"en": "The precision must be one of: {names}.", "ja": "精度は {names} のいずれかにしてください。"},
    "too_long": {
        "en": "This took longer than {most} seconds, so it was stopped. Try something smaller.",
        "ja": "{most}秒を超えたので止めました。もっと小さいもので試してください。",
    },
    "unexpected": {
        "en": "Something went wrong on our side. Please try again.",
        "ja": "こちら側で問題が起きました。もう一度お試しください。",
    },
    # where pictures are made
    "live_here": {"en": "on this device, <b>{milliseconds} ms</b>", "ja": "この端末で <b>{milliseconds}ミリ秒</b>"},
    "place_device": {"en": "Compute on this device", "ja": "この端末で計算する"},
    "place_server": {"en": "Compute on the server", "ja": "サーバーで計算する"},
    "place_slower": {
        "en": "This device would take {here} ms, and the server answers in {there} ms.",
        "ja": "この端末では {here}ミリ秒、サーバーの応答は {there}ミリ秒です。",
    },
    "place_loading": {"en": "Loading the model: {done} of {all} MB", "ja": "モデルを読み込み中：{done} / {all} MB"},
    "place_failed": {
        "en": "This browser can't run the model, so the server does.",
        "ja": "このブラウザではモデルを動かせないため、サーバーで計算します。",
    },
    "place_gone": {
        "en": "The server doesn't answer, so this device computes.",
        "ja": "サーバーから応答がないため、この端末で計算しています。",
    },
    "place_missing": {
        "en": "The server doesn't answer, and this device doesn't have the model.",
        "ja": "サーバーから応答がなく、この端末にもモデルがありません。",
    },
    # what the door says
    "store_gone": {
        "en": "Many visitors are here, and what you brought had to make room. Bring it once more.",
        "ja": "利用者が多いため、お預かりした絵を保持できませんでした。もう一度選んでください。",
    },
    "guard_closed": {"en": "Nothing is served here.", "ja": "ここでは何も提供していません。"},
    "guard_unknown": {
        "en": "There is no such question. Load the page anew.",
        "ja": "対応する機能がありません。ページを読み込み直してください。",
    },
    "guard_elsewhere": {
        "en": "This question comes from another page, and is not answered.",
        "ja": "別のページからの要求には応じられません。",
    },
    "guard_name": {
        "en": "The gallery does not go by this name. Its owner can add the name to {setting}.",
        "ja": "このアドレスの名前では公開していません。持ち主は {setting} に名前を追加できます。",
    },
    "guard_parts": {
        "en": "This question has too many parts to be one of this page.",
        "ja": "要求の要素が多すぎます。このページからのものではありません。",
    },
    "guard_values": {
        "en": "Some values of this question are not ones that the page can send.",
        "ja": "要求にこのページからは送れない値が含まれています。",
    },
    "guard_often": {
        "en": "So much was asked from your network that it has to wait. Try again in a few seconds.",
        "ja": "お使いのネットワークからの要求が多すぎます。数秒おいてからお試しください。",
    },
    "guard_queue": {
        "en": "Your earlier questions are still being answered. Wait for them, then try again.",
        "ja": "前にお願いされた処理がまだ終わっていません。終わるのを待ってからお試しください。",
    },
    "guard_busy": {
        "en": "So much is on its way to this page that there is no room for more. Try again in a few seconds.",
        "ja": "ただいま混み合っています。数秒おいてからお試しください。",
    },
    "guard_large": {"en": "This is larger than {most} MB.", "ja": "{most} MB を超えています。"},
    "guard_slow": {"en": "What was sent took too long to arrive.", "ja": "送信に時間がかかりすぎました。"},
}
