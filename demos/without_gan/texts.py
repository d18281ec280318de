"""Sentences: the tab of the ways without a GAN."""

TEXTS = {
    "without_gan_title": {"en": "Without GANs", "ja": "GAN 以外の方法"},
    "ways_none": {
        "en": "There are no weights of other methods here yet. Train one with: gan-zoo train --recipe vae-digits",
        "ja": "GAN 以外の重みがまだありません。gan-zoo train --recipe vae-digits で学習してください。",
    },
    "ways_lost": {"en": "No answer came. Check the connection.", "ja": "応答がありません。接続を確かめてください。"},
    "ways_place": {
        "en": "Each number of the code must be from {least} to {most}.",
        "ja": "コードの数値は {least} から {most} までにしてください。",
    },
    "ways_code": {"en": "The code must be a list of {n} numbers.", "ja": "コードには数値を{n}個並べてください。"},
    "ways_no_code": {
        "en": "'{name}' can't turn a picture into a code. Choose an autoencoder.",
        "ja": "「{name}」は絵をコードにできません。オートエンコーダを選んでください。",
    },
    "ways_no_score": {
        "en": "'{name}' can't compute how likely a picture is. Choose a mixture of Gaussians or the Bayes classifier.",
        "ja": "「{name}」は絵の起こりやすさを計算できません。混合ガウス分布かベイズ分類器を選んでください。",
    },
    "ways_no_map": {
        "en": "The code of '{name}' does not have two numbers, so there is no map.",
        "ja": "「{name}」のコードは2次元ではないので、地図にできません。",
    },
    "ways_no_data": {
        "en": "The pictures '{data}' that it learnt from are not here.",
        "ja": "学習に使った絵「{data}」が手元にありません。",
    },
    # samples
    "ways_heading": {"en": "Do we need both, thief and detective?", "ja": "怪盗と探偵、二人とも必要？"},
    "ways_hint": {
        "en": "All learnt from the same pictures and draw from the same seed. GANs have an orange frame.",
        "ja": "どれも同じ絵から学び、同じシードから描いています。オレンジの枠が GAN です。",
    },
    "ways_data": {"en": "Training pictures", "ja": "学習する絵"},
    "ways_digits": {"en": "Digits", "ja": "手書き数字"},
    "ways_faces": {"en": "Cartoon faces", "ja": "イラストの顔"},
    "ways_kana": {"en": "Kana", "ja": "かな"},
    "ways_seed": {"en": "Seed", "ja": "シード"},
    "ways_again": {"en": "Draw again", "ja": "描き直す"},
    "ways_drawn": {"en": "16 pictures in {milliseconds} ms", "ja": "16枚を{milliseconds}ミリ秒で描画"},
    "ways_samples": {"en": "16 samples", "ja": "生成した16枚の絵"},
    "way_single_layer": {"en": "Single-layer perceptron", "ja": "単層パーセプトロン"},
    "way_multi_layer": {"en": "Multi-layer perceptron", "ja": "多層パーセプトロン"},
    "way_deconvolution": {"en": "Deconvolution network", "ja": "逆畳み込みネットワーク"},
    "way_autoencoder": {"en": "Autoencoder", "ja": "オートエンコーダ"},
    "way_vae": {"en": "Variational autoencoder", "ja": "変分オートエンコーダ（VAE）"},
    "way_autoencoder_flat": {"en": "Autoencoder (2D)", "ja": "オートエンコーダ（2次元）"},
    "way_vae_flat": {"en": "Variational autoencoder (2D)", "ja": "変分オートエンコーダ（VAE、2次元）"},
    "way_mixture": {"en": "Mixture of Gaussians on pixels", "ja": "混合ガウス分布（画素）"},
    "way_code_mixture": {"en": "Mixture of Gaussians on a code", "ja": "混合ガウス分布（コード）"},
    "way_bayes": {"en": "Bayes classifier", "ja": "ベイズ分類器"},
    "way_gan": {"en": "GAN", "ja": "GAN"},
    "what_single_layer": {
        "en": "It was told which noise belongs to which of 256 pictures. It can't even learn them by heart.",
        "ja": "「この乱数ならこの絵」と256枚を教え込みました。1層では丸暗記もしきれません。",
    },
    "what_multi_layer": {
        "en": "It knows the 256 pictures by heart. For new noise, it draws pieces of them.",
        "ja": "256枚を丸暗記しましたが、習っていない乱数を渡すと、覚えた絵の切れ端しか出ません。",
    },
    "what_deconvolution": {
        "en": "It has the network of a GAN's thief, but it learnt pictures by heart. Its pieces are smoother, but they are "
        "still pieces.",
        "ja": "GAN の怪盗と同じ形のネットワークに丸暗記させました。なめらかでも、切れ端は切れ端です。",
    },
    "what_autoencoder": {
        "en": "It learnt to shrink pictures to a few numbers and to restore them. Nothing controls where the codes lie, so "
        "only some random codes give good pictures.",
        "ja": "絵を少ない数値（コード、つまり符号）に縮めて戻す練習をしました。"
        "コードの並び方は決めていないので、乱数から描くと当たり外れがあります。",
    },
    "what_vae": {
        "en": "An autoencoder whose codes follow a bell curve, so random codes give plausible pictures.",
        "ja": "コードが正規分布に収まるように学んだオートエンコーダです。だから、乱数からでもそれらしい絵を描けます。",
    },
    "what_mixture": {
        "en": "It has no network. Statistics finds clouds of pixels. It is fast, but the pictures are as soft as clouds.",
        "ja": "ネットワークを使わず、画素の雲の重なりを統計で求めます。速いのですが、絵も雲のようにぼやけます。",
    },
    "what_code_mixture": {
        "en": "The same clouds, but in an autoencoder's code. They find where the codes lie.",
        "ja": "同じ雲をオートエンコーダのコードの中に置きました。コードのありかを雲が教えてくれます。",
    },
    "what_bayes": {
        "en": "One cloud for each class. It is made to tell classes apart, but it can also draw.",
        "ja": "クラスごとに雲がひとつあります。見分けるための道具ですが、絵も描けます。",
    },
    "what_gan": {
        "en": "A thief that learnt only from the detective's objections.",
        "ja": "探偵のダメ出しだけで育った怪盗です。",
    },
    # figures
    "figures_heading": {"en": "Measurements", "ja": "測ってみると"},
    "figures_hint": {
        "en": "Each method drew hundreds or thousands of samples. They are compared with real pictures that no method has "
        "learnt from (gan-zoo evaluate).",
        "ja": "それぞれに数百〜数千枚を描かせ、学習に使っていない本物と比べました（gan-zoo evaluate）。",
    },
    "figures_note": {
        "en": "FID: the distance from real pictures. Lower is better. FID can't be compared between digits, faces and "
        "kana. Precision: the share of samples that look real. Recall: the share of real pictures that the method "
        "can reach. Sharpness: how much neighbouring pixels differ (variance of the Laplacian), compared with real "
        "pictures. Blur gives less than 100%, and noise gives more. Returned: how close pictures come back from "
        "their code (PSNR in dB, higher is closer), for training pictures and for new pictures. A + after a time: it "
        "continued another training. ○ can, △ partly or badly, × can't.",
        "ja": "FID：本物の集まりとの距離です。小さいほど良い値ですが、数字・顔・かなのあいだでは比べられません。"
        "適合率：本物らしく見える絵の割合です。再現率：本物のうち、描ける範囲にあるものの割合です。"
        "シャープさ：隣り合う画素の差の大きさ（ラプラシアンの分散）を、本物と比べた値です。"
        "ぼけると100%を下回り、ざらつくと上回ります。復元：コードから戻した絵が元の絵にどれだけ近いかです（PSNR、"
        "単位は dB。大きいほど近い）。時間の + は別の学習の続きという意味です。○ できる、△ 部分的・苦手、× できない。",
    },
    "ways_train": {
        "en": "You can train all of these in the <a href='#training'>Training</a> tab. For example, choose vae there. A "
        "slider sets the weight of its KL term, which pulls the codes together. You can move the slider during the "
        "training.",
        "ja": "どれも<a href='#training'>「トレーニング」タブ</a>で学習させられます。"
        "たとえば vae を選ぶと、コードを寄せ集める力（KL 項の重み）をスライダーで変えられます。"
        "学習の途中で動かしても構いません。",
    },
    "ways_plot": {
        "en": "The dot shows how many of the samples look real (precision). The ring shows how many kinds of real pictures "
        "the method can reach (recall). Real pictures have both far to the right. A ring far to the right of its dot "
        "means variety without quality. The bar shows the distance from real pictures (FID) on a logarithmic scale.",
        "ja": "点は「本物らしく見える絵の割合」（適合率）、輪は「描ける本物の幅広さ」（再現率）。"
        "どちらも右にあるほど本物に近く、輪だけが右にあるのは「いろいろ描けるが本物らしくない」方法です。"
        "棒は本物との距離（FID）を対数で表しています。",
    },
    "plot_fid": {"en": "FID (shorter is better)", "ja": "FID（短いほど良い）"},
    "col_fid": {"en": "FID", "ja": "FID"},
    "col_precision": {"en": "Precision", "ja": "適合率"},
    "col_recall": {"en": "Recall", "ja": "再現率"},
    "col_psnr_seen": {"en": "Returned, training", "ja": "復元（学習した絵）"},
    "col_psnr": {"en": "Returned, new", "ja": "復元（初めて見る絵）"},
    "col_sharp": {"en": "Sharpness", "ja": "シャープさ"},
    "col_time": {"en": "Training", "ja": "学習時間"},
    "col_size": {"en": "Parameters", "ja": "パラメータ数"},
    "can_reconstruct": {"en": "Reconstructs", "ja": "復元"},
    "can_sample": {"en": "Samples", "ja": "生成"},
    "can_interpolate": {"en": "Interpolates", "ja": "補間"},
    "can_score": {"en": "Scores", "ja": "採点"},
    "can_is_yes": {"en": "yes", "ja": "できる"},
    "can_is_partly": {"en": "partly", "ja": "部分的"},
    "can_is_no": {"en": "no", "ja": "できない"},
    "time_seconds": {"en": "{n} s", "ja": "{n}秒"},
    "time_minutes": {"en": "{n} min", "ja": "{n}分"},
    # reconstruction
    "back_heading": {"en": "There and back", "ja": "縮めて、戻す"},
    "back_hint": {
        "en": "Each method turns pictures into codes, and codes back into pictures. The last row shows the way from the "
        "first code to the second. Choose new pictures to see the difference between learning by heart and "
        "understanding.",
        "ja": "絵をコードに縮めて、また絵に戻します。いちばん下の段は、"
        "1枚目のコードから2枚目のコードまで少しずつ歩いた途中の絵です。"
        "「初めて見る絵」に切り替えると、丸暗記と理解の違いがはっきりします。",
    },
    "back_which": {"en": "Which pictures?", "ja": "どの絵で試しますか"},
    "back_seen": {"en": "Used in training", "ja": "学習に使った絵"},
    "back_new": {"en": "New pictures", "ja": "初めて見る絵"},
    "ways_given": {"en": "Original", "ja": "元の絵"},
    "ways_returned": {"en": "Restored", "ja": "戻ってきた絵"},
    "ways_between": {"en": "From the first to the second", "ja": "1枚目→2枚目"},
    "ways_psnr": {"en": "{psnr} dB", "ja": "{psnr} dB"},
    # maps
    "maps_heading": {"en": "Maps of two numbers", "ja": "二つの数で描く地図"},
    "maps_hint": {
        "en": "Here a code has only two numbers, so you can walk on the map. Move the pointer. The dots are test pictures, "
        "coloured by class. The autoencoder's map has holes and borders. The VAE's map fills from the middle, like a "
        "bell curve.",
        "ja": "コードをたった二つの数にしたので、地図の上を歩けます。ポインタを動かしてみてください。"
        "点は初めて見る絵で、色がクラスです。オートエンコーダの地図には穴や縁がありますが、VAE "
        "は正規分布のように真ん中から埋まります。",
    },
    "maps_points": {"en": "Show test pictures as dots", "ja": "絵の位置を点で表示"},
    "maps_keys": {"en": "The arrow keys move the point, too.", "ja": "矢印キーでも動かせます。"},
    "ways_map_label": {"en": "The picture at this place on the map", "ja": "地図のこの場所の絵"},
}
