"""Sentences: the tab of the ways without a GAN."""

TEXTS = {
    "without_gan_title": {"en": "Without GANs", "ja": "GANなしで"},
    "ways_none": {
        "en": "There are no weights of other methods here yet. Train one with: gan-zoo train --recipe vae-digits",
        "ja": "GAN 以外の重みがまだありません。gan-zoo train --recipe vae-digits で学習してください。",
    },
    "ways_lost": {"en": "No answer came. Is the connection still there?", "ja": "返事がありません。接続を確かめてください。"},
    "ways_place": {
        "en": "A number of a code lies from {least} to {most}.",
        "ja": "コードの数値は {least} から {most} までにしてください。",
    },
    "ways_code": {"en": "The code must be a list of {n} numbers.", "ja": "コードには数値を {n} 個並べてください。"},
    "ways_no_code": {
        "en": "'{name}' makes no code of a picture. Choose an autoencoder.",
        "ja": "「{name}」は絵をコードにできません。オートエンコーダを選んでください。",
    },
    "ways_no_score": {
        "en": "'{name}' can't say how likely a picture is. Choose a density.",
        "ja": "「{name}」は絵の起こりやすさを計算できません。混合ガウス分布かベイズ分類器を選んでください。",
    },
    "ways_no_map": {
        "en": "The code of '{name}' is no map: it hasn't two numbers.",
        "ja": "「{name}」のコードは2次元ではないので、地図にできません。",
    },
    "ways_no_data": {
        "en": "The pictures '{data}' that it learnt from are not here.",
        "ja": "学習に使った絵「{data}」が手元にありません。",
    },
    # samples
    "ways_heading": {"en": "Does it take two?", "ja": "贋作師と探偵、二人とも必要？"},
    "ways_hint": {
        "en": "Before GANs, one tried with a single network, or with none at all. All of these have learnt from the same "
        "pictures, and draw from the same seed. Framed in orange: the GANs.",
        "ja": "GAN を使わずに、ネットワークひとつ、あるいはネットワークなしで絵を描く方法もいろいろあります。"
        "どれも同じ絵から学び、同じシードから描いています。オレンジの枠が GAN です。",
    },
    "ways_data": {"en": "Pictures to learn from", "ja": "学ぶ絵"},
    "ways_digits": {"en": "Digits", "ja": "手書き数字"},
    "ways_faces": {"en": "Faces", "ja": "顔"},
    "ways_kana": {"en": "Kana", "ja": "かな"},
    "ways_seed": {"en": "Seed", "ja": "シード"},
    "ways_again": {"en": "Draw again", "ja": "描き直す"},
    "ways_drawn": {"en": "16 pictures in {milliseconds} ms", "ja": "16枚を {milliseconds} ミリ秒で描画"},
    "ways_samples": {"en": "16 samples", "ja": "生成した16枚の絵"},
    "way_single_layer": {"en": "Single-layer perceptron", "ja": "単層パーセプトロン"},
    "way_multi_layer": {"en": "Multi-layer perceptron", "ja": "多層パーセプトロン"},
    "way_deconvolution": {"en": "Deconvolution network", "ja": "逆畳み込みネットワーク"},
    "way_autoencoder": {"en": "Autoencoder", "ja": "オートエンコーダ"},
    "way_vae": {"en": "Variational autoencoder", "ja": "変分オートエンコーダ (VAE)"},
    "way_mixture": {"en": "Mixture of Gaussians on pixels", "ja": "混合ガウス分布（画素）"},
    "way_code_mixture": {"en": "Mixture of Gaussians on a code", "ja": "混合ガウス分布（コード）"},
    "way_bayes": {"en": "Bayes classifier", "ja": "ベイズ分類器"},
    "way_gan": {"en": "GAN", "ja": "GAN"},
    "what_single_layer": {
        "en": "Was told which noise stands for which of 256 pictures. It can't even learn them by heart.",
        "ja": "「この乱数ならこの絵」と256枚を教え込みました。一層では丸暗記もしきれません。",
    },
    "what_multi_layer": {
        "en": "Knows the 256 pictures by heart. For noise it was never told about, it draws scraps of them.",
        "ja": "256枚を丸暗記しましたが、習っていない乱数を渡すと、覚えた絵の切れ端しか出ません。",
    },
    "what_deconvolution": {
        "en": "The network of a GAN's forger, taught by heart. Its scraps are smoother, and scraps all the same.",
        "ja": "GAN の贋作師と同じ形のネットワークに丸暗記させたもの。なめらかでも、切れ端は切れ端です。",
    },
    "what_autoencoder": {
        "en": "Learnt to squeeze pictures into a few numbers and back. Nobody told it where codes may lie, so random ones hit "
        "and miss.",
        "ja": "絵を少ない数値（コード、つまり符号）に縮めて戻す練習をしました。"
        "コードの並び方は決めていないので、乱数から描くと当たり外れがあります。",
    },
    "what_vae": {
        "en": "An autoencoder whose codes are kept together as a bell curve: what is drawn from it is at home.",
        "ja": "コードが正規分布に収まるように学んだオートエンコーダ。乱数から描いても迷子になりません。",
    },
    "what_mixture": {
        "en": "No network: clouds of pixels, found by statistics. Soft as clouds, and soon done.",
        "ja": "ネットワークなし。画素の雲の重なりを統計で求めたもの。速いけれど、絵も雲のようにぼやけます。",
    },
    "what_code_mixture": {
        "en": "The same clouds, in an autoencoder's code: they find out where its codes lie.",
        "ja": "同じ雲をオートエンコーダのコードの中に置いたもの。コードのありかを雲が教えてくれます。",
    },
    "what_bayes": {
        "en": "One cloud for each class, made to tell classes apart. It can draw as well.",
        "ja": "クラスごとに雲をひとつ。見分けるための道具ですが、絵も描けます。",
    },
    "what_gan": {
        "en": "A forger, taught by nothing but the discriminator's objections.",
        "ja": "識別器のダメ出しだけで育った贋作師。",
    },
    # figures
    "figures_heading": {"en": "What was measured", "ja": "測ってみると"},
    "figures_hint": {
        "en": "Hundreds or thousands of samples of each, beside real pictures that none of them has learnt from (gan-zoo "
        "evaluate).",
        "ja": "それぞれに数百〜数千枚を描かせ、学習に使っていない本物と比べました（gan-zoo evaluate）。",
    },
    "figures_note": {
        "en": "FID: distance from real pictures, lower is better; it can't be compared between digits, faces and kana. "
        "Precision: share of samples that look real. Recall: share of real pictures that are within reach. Sharpness: "
        "how much neighbouring pixels differ (variance of the Laplacian) beside real pictures; blur is below 100%, noise "
        "above. Returned: how close pictures come back of their code (PSNR in dB, more is closer), those it has learnt "
        "from and new ones. + after a time: it went on from another training. ○ can, △ partly or badly, × can't.",
        "ja": "FID: 本物の集まりとの距離。小さいほど良い値ですが、数字・顔・かなのあいだでは比べられません。"
        "適合率: 本物らしく見える絵の割合。再現率: 本物のうち描ける範囲にあるものの割合。"
        "シャープさ: 隣り合う画素の差の大きさ（ラプラシアンの分散）を本物と比べた値。ぼけると100%を下回り、"
        "ざらつくと上回ります。復元: コードから戻した絵がもとの絵にどれだけ近いか（PSNR、単位は dB。大きいほど近い）。"
        "時間の + は別の学習の続きという意味です。○ できる、△ 部分的・苦手、× できない。",
    },
    "ways_train": {
        "en": "All of these can be trained in the <a href='#training'>Training</a> tab: choose vae, for one. The weight of its "
        "KL term, which pulls the codes together, is a slider there, and can be moved while it learns.",
        "ja": "どれも<a href='#training'>「学習」タブ</a>で学習させられます。たとえば vae を選ぶと、"
        "コードを寄せ集める力（KL 項の重み）をスライダーで変えられます。学習の途中で動かしても構いません。",
    },
    "ways_plot": {
        "en": "The dot says how many of the samples look real (precision), the ring how many kinds of real pictures are within "
        "reach (recall). Both far to the right is where real pictures are; a ring without its dot is variety without "
        "quality. The bar is the distance from real pictures, logarithmic.",
        "ja": "点は「本物らしく見える絵の割合」（適合率）、輪は「描ける本物の幅広さ」（再現率）。"
        "どちらも右にあるほど本物に近く、輪だけが右にあるのは「いろいろ描けるが本物らしくない」方法です。"
        "棒は本物との距離（FID）を対数で表しています。",
    },
    "plot_fid": {"en": "FID (shorter is better)", "ja": "FID（短いほど良い）"},
    "col_fid": {"en": "FID", "ja": "FID"},
    "col_precision": {"en": "Precision", "ja": "適合率"},
    "col_recall": {"en": "Recall", "ja": "再現率"},
    "col_psnr_seen": {"en": "Returned, learnt", "ja": "復元（学習した絵）"},
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
    "time_seconds": {"en": "{n} s", "ja": "{n} 秒"},
    "time_minutes": {"en": "{n} min", "ja": "{n} 分"},
    # reconstruction
    "back_heading": {"en": "There and back", "ja": "縮めて、戻す"},
    "back_hint": {
        "en": "Pictures become codes, and codes pictures again. Below, the way from the first picture's code to the second's. "
        "Look at what is learnt by heart, and what is understood: choose new pictures.",
        "ja": "絵をコードに縮めて、また絵に戻します。"
        "いちばん下の段は、1枚目のコードから2枚目のコードまで少しずつ歩いた途中の絵です。"
        "「初めて見る絵」に切り替えると、丸暗記と理解の違いがはっきりします。",
    },
    "back_which": {"en": "Which pictures", "ja": "どの絵で試す？"},
    "back_seen": {"en": "Learnt in training", "ja": "学習に使った絵"},
    "back_new": {"en": "New ones", "ja": "初めて見る絵"},
    "ways_given": {"en": "What is put in", "ja": "もとの絵"},
    "ways_returned": {"en": "What comes back", "ja": "戻ってきた絵"},
    "ways_between": {"en": "From the first to the second", "ja": "1枚目→2枚目"},
    "ways_psnr": {"en": "{psnr} dB", "ja": "{psnr} dB"},
    # maps
    "maps_heading": {"en": "Maps of two numbers", "ja": "2つの数で描く地図"},
    "maps_hint": {
        "en": "Here a code has two numbers only, so it can be walked: move the pointer. The dots are test pictures, in the "
        "colour of their class. The autoencoder leaves holes and borders; the VAE fills the middle as a bell curve does.",
        "ja": "コードをたった2つの数にしたので、地図の上を歩けます。ポインタを動かしてみてください。"
        "点は初めて見る絵で、色がクラスです。"
        "オートエンコーダの地図には穴や縁がありますが、VAE は正規分布のように真ん中から埋まります。",
    },
    "maps_points": {"en": "Show test pictures as dots", "ja": "絵の位置を点で表示"},
    "maps_keys": {"en": "Arrow keys move the point, too.", "ja": "矢印キーでも動かせます。"},
    "ways_map_label": {"en": "The picture at this place of the map", "ja": "地図のこの場所の絵"},
}
