"""Sentences: the first chapters of the Learn tab, from generative models to DCGAN; `learn_CHAPTER_PLACE`."""

TEXTS = {
    # what a generative model is
    "learn_model_title": {"en": "Generative models", "ja": "生成モデルって何？"},
    "learn_model_lead": {
        "en": "Some networks look at pictures and name them. Others make new pictures that never existed.",
        "ja": "絵を見て「これは猫」と答えるネットワークがあれば、この世になかった猫を描くネットワークもあります。",
    },
    "learn_model_1": {
        "en": "A network that sorts photographs into cats and dogs needs to know only one thing: where the border is. This "
        "is a <b>discriminative model</b>. It can't draw a cat. It has never learnt what cats look like, only how "
        "they differ from dogs.",
        "ja": "写真を猫と犬に分けるだけなら、知っておくべきことはひとつ、「境目がどこにあるか」だけです。"
        "これが<b>識別モデル</b>です。でも「猫を描いて」と頼まれると困ってしまいます。"
        "犬との違いは学んでも、猫がどんな姿かは学んでいないからです。",
    },
    "learn_model_2": {
        "en": "A <b>generative model</b> learns more: which pictures are likely at all. Imagine all possible arrangements "
        "of pixels as a huge dark hall. Nearly everywhere there is only noise, like on an old television without a "
        "station. Here and there are small bright islands: handwritten digits, faces, landscapes. A generative model "
        "learns where the islands are. Then it can go to a place where nobody has been before.",
        "ja": "<b>生成モデル</b>が学ぶのは「そもそも、どんな絵がありそうか」です。"
        "画素の並べ方すべてを、真っ暗で巨大なホールだと思ってください。"
        "ほとんどの場所は、放送終了後のテレビのような砂嵐です。けれどところどころに、明かりのともる島があります。"
        "手書き数字の島、顔の島、風景の島です。島の場所を覚えた生成モデルは、"
        "まだ誰も立ったことのない地点に降り立てます。",
    },
    "learn_model_3": {
        "en": "A place in the hall is given by a short list of numbers, the <b>latent variable</b> (latent means hidden). "
        "The model turns each list into a picture. Lists that are close give similar pictures. So you can walk from "
        "a 3 to an 8 and watch the shape change.",
        "ja": "では、ホールの中の場所をどうやって指示するのでしょう。使うのは短い数の列、<b>潜在変数</b>（"
        "「潜在」は隠れているという意味）です。モデルは数の列を1枚の絵に変えます。"
        "近い数の列からは似た絵が出てくるので、3 から 8 へ歩きながら、形が変わっていくようすを眺められます。",
    },
    "learn_model_see": {"en": "Walk from picture to picture", "ja": "絵から絵へ歩いてみる"},
    "learn_model_fig": {
        "en": "Left: a border is enough to tell two kinds apart. Right: a model that knows where each kind lies can add "
        "new ones (★).",
        "ja": "左：見分けるだけなら境目があれば十分です。右：どこに集まっているかを知れば、新しい仲間（★）を増やせます。",
    },
    "learn_model_fig1": {"en": "discriminative", "ja": "識別モデル"},
    "learn_model_fig2": {"en": "generative", "ja": "生成モデル"},
    # before and beside GANs
    "learn_without_title": {"en": "Without GANs: compress and restore", "ja": "GAN を使わないなら：縮めて、戻す"},
    "learn_without_lead": {
        "en": "A network that packs a picture into a few numbers and unpacks it again has understood something.",
        "ja": "絵をわずかな数に詰め込み、また元に戻します。それができるなら、絵の「要点」をつかんだということです。",
    },
    "learn_without_1": {
        "en": "An <b>autoencoder</b> is two networks in a row. The <b>encoder</b> packs a picture into a short code. The "
        "<b>decoder</b> unpacks it. They learn to return what went in. The code is short, so only what matters fits "
        "in.",
        "ja": "<b>オートエンコーダ</b>は二つのネットワークのリレーです。"
        "<b>エンコーダ</b>が絵を短い符号（コード）に詰め込み、<b>デコーダ</b>が荷ほどきします。"
        "目標は、入れたものがそのまま出てくることです。符号はとても短いので、大事なことしか入りません。",
    },
    "learn_without_2": {
        "en": "Can we put in a random code and get a new picture? Usually not. There are gaps between the codes of real "
        "pictures, and the decoder has learnt nothing about them. The <b>variational autoencoder</b> (VAE) closes "
        "the gaps. Its encoder gives a small cloud instead of a point, and the clouds are gently pulled together "
        "around zero. To generate, you need only the decoder.",
        "ja": "では、でたらめな符号を入れれば新しい絵が出てくるでしょうか。たいていはうまくいきません。"
        "符号と符号のあいだには、デコーダが何も学んでいない「すき間」があるからです。"
        "そこで<b>変分オートエンコーダ（VAE）</b>は、符号を点ではなく小さな雲で表し、雲どうしを 0 "
        "のまわりにやさしく寄せ集めて、すき間をなくします。生成に使うのはデコーダだけです。",
    },
    "learn_without_3": {
        "en": "So why do we need GANs? A VAE is measured pixel by pixel. If a stroke could be a little further left or "
        "right, the middle costs least, and the middle is blurred. Someone is missing who says: “Nobody would "
        "believe that this is real.”",
        "ja": "それなら GAN はなぜ必要なのでしょう。VAE の出来ばえは画素ごとの差で測ります。"
        "線が少し左でも右でもありうるとき、いちばん損をしないのは「真ん中」です。だから、ぼやけます。"
        "足りないのは「こんな絵、誰も本物とは思わないよ」と言ってくれる誰かです。",
    },
    "learn_without_4": {
        "en": "There are newer relatives. <b>Autoregressive models</b> write one pixel or word after another. <b>Diffusion "
        "models</b> remove noise in many small steps, and give the best picture quality today. A GAN draws in a "
        "single step.",
        "ja": "ほかの親戚も紹介しておきます。<b>自己回帰モデル</b>は画素や単語を順番に書いていきます。"
        "<b>拡散モデル</b>はノイズを少しずつ取り除き、いまの画像生成の主役です。"
        "GAN の強みは、たった1回の計算で描けることです。",
    },
    "learn_without_see": {"en": "Compare the methods on the same data", "ja": "同じデータで見比べる"},
    "learn_without_see2": {"en": "Train a VAE yourself: model “vae”", "ja": "VAE を自分で学習させる（モデルは vae）"},
    "learn_without_fig": {
        "en": "An autoencoder. In a VAE, the code in the middle is a small cloud instead of a point.",
        "ja": "オートエンコーダです。VAE では、真ん中の符号が点ではなく小さな雲になります。",
    },
    "learn_without_in": {"en": "picture", "ja": "絵"},
    "learn_without_encoder": {"en": "encoder", "ja": "エンコーダ"},
    "learn_without_code": {"en": "code z", "ja": "符号 z"},
    "learn_without_decoder": {"en": "decoder", "ja": "デコーダ"},
    "learn_without_out": {"en": "restored", "ja": "復元"},
    # thief and detective
    "learn_duel_title": {"en": "The thief and the detective", "ja": "怪盗と探偵"},
    "learn_duel_lead": {
        "en": "One forges pictures, and the other finds the forgeries. Each is the other's only teacher.",
        "ja": "ひとりは贋作を描き、ひとりはそれを見破ります。お互いのほかに先生はいません。",
    },
    "learn_duel_1": {
        "en": "In 2014, Ian Goodfellow and his colleagues had an idea: a second network can be the critic. The "
        "<b>generator</b> is a thief who forges pictures from noise. The <b>discriminator</b> is a detective who "
        "sees real pictures and forgeries, and says how likely each one is to be real. Together they are a "
        "<b>generative adversarial network</b>, or GAN for short.",
        "ja": "2014年、イアン・グッドフェローたちは、ダメ出しする役もネットワークにやらせればいいと考えました。"
        "<b>生成器（ジェネレータ）</b>は乱数から贋作を描く怪盗です。"
        "<b>識別器（ディスクリミネータ）</b>は本物と贋作を見せられて、本物である確率を答える探偵です。"
        "二人合わせて<b>敵対的生成ネットワーク</b>、略して GAN と呼びます。",
    },
    "learn_duel_2": {
        "en": "They take turns. The detective looks at a batch of real pictures and a batch of forgeries, and learns from "
        "its mistakes. Then its weights stay fixed, and the thief learns. The detective's opinion is traced back, "
        "layer by layer, to every pixel of the forgery. So the thief does not only hear “caught!”. It also hears “a "
        "little brighter here would have worked”. This hint is the <b>gradient</b>. The thief never sees a real "
        "picture.",
        "ja": "学習は交互に進みます。探偵は本物の束と贋作の束を見て、間違えたところを反省します。次は怪盗の番です。"
        "探偵の重みは止めておき、判定を層から層へ逆にたどって、贋作の画素ひとつひとつまで戻ります。"
        "つまり怪盗は「見破った！」だけでなく「ここがもう少し明るければ通ったのに」まで教えてもらえるのです（"
        "この手がかりを<b>勾配</b>といいます）。本物の絵は、一度も見ません。",
    },
    "learn_duel_3": {
        "en": "At first both are bad at it. The detective soon notices that noise is not a digit, so the thief draws "
        "blots, then strokes, then closed strokes. In the ideal end, the detective can only guess and retires. We "
        "keep the thief.",
        "ja": "はじめは二人とも素人です。探偵が「砂嵐は数字じゃない」と気づくと、怪盗は染みを描き、線を描き、"
        "やがて線を閉じるようになります。理想の結末では、探偵はもう勘で答えるしかありません。"
        "そこで探偵は引退し、怪盗だけが手元に残ります。",
    },
    "learn_duel_see": {"en": "Watch the duel in two dimensions", "ja": "平面の上の対決を見る"},
    "learn_duel_see2": {"en": "Be the detective yourself", "ja": "自分が探偵になる"},
    "learn_duel_fig": {
        "en": "The detective's opinion goes back to the thief as a gradient.",
        "ja": "探偵の判定は、勾配となって怪盗のもとへ返ります。",
    },
    "learn_word_noise": {"en": "noise z", "ja": "乱数 z"},
    "learn_word_g": {"en": "thief G", "ja": "怪盗 G"},
    "learn_word_forged": {"en": "forgery", "ja": "贋作"},
    "learn_word_real": {"en": "real", "ja": "本物"},
    "learn_word_d": {"en": "detective D", "ja": "探偵 D"},
    "learn_duel_says": {"en": "real?", "ja": "本物？"},
    "learn_duel_gradient": {"en": "gradient: “brighter here”", "ja": "勾配「ここを明るく」"},
    # the minimax objective
    "learn_objective_title": {"en": "The duel in one line", "ja": "対決を1行の数式で"},
    "learn_objective_lead": {
        "en": "One number, V. The detective pulls it up, the thief pulls it down.",
        "ja": "ひとつの値 V を、探偵は引き上げ、怪盗は引き下げます。",
    },
    "learn_objective_1": {
        "en": "Read it from right to left. z is noise, and G(z) is the forgery that the thief makes from it. x is a real "
        "picture. D(x) is the detective's answer, a number from 0 (forged) to 1 (real). 𝔼 means “on average”: over "
        "the real pictures in the first term, and over the noise in the second term.",
        "ja": "右から読んでみましょう。z は乱数、G(z) は怪盗がそこから描いた贋作です。x は本物の絵です。"
        "D(x) は探偵の答えで、0（贋作）から1（本物）までの数です。"
        "𝔼 は「平均すると」という意味で、第1項は本物の絵について、第2項は乱数についての平均です。",
    },
    "learn_objective_2": {
        "en": "The first term is high when the detective believes the real pictures. (It is then near 0, because "
        "logarithms of numbers below 1 are negative.) The second term is high when the detective rejects the "
        "forgeries. So <b>max over D</b> means: be right. <b>Min over G</b> means: be believed. G is not in the "
        "first term, so the thief can change only the second.",
        "ja": "探偵が本物を本物と言えば、第1項は大きく（0 に近く）なります。1 以下の数の対数は 0 以下だからです。"
        "贋作を贋作と言えば、第2項が大きくなります。つまり <b>D について最大化</b>は「正しく見抜け」、<b>G "
        "について最小化</b>は「信じさせろ」という意味です。第1項に G は出てこないので、"
        "怪盗が動かせるのは第2項だけです。",
    },
    "learn_objective_3": {
        "en": "If both play perfectly, the forgeries have exactly the same distribution as the real pictures, and the "
        "detective answers ½ to everything. Against the best possible detective, the thief makes the "
        "<b>Jensen–Shannon divergence</b> of the two distributions small. This divergence measures how much they "
        "differ. The paper of 2014 proves all this. For real networks and limited time there is no guarantee.",
        "ja": "二人がともに最善を尽くすと、贋作の分布は本物とぴったり重なり、探偵は何を見ても ½ と答えます。"
        "また、最良の探偵を相手にした怪盗は、二つの分布の違いを測る <b>JS ダイバージェンス</b>"
        "を小さくしていることになります。ここまでは2014年の論文で証明されています。"
        "ただし、現実の大きさのネットワークを限られた時間で学習したときの保証はありません。",
    },
    "learn_objective_4": {
        "en": "In practice, the thief uses another curve. The detective sees through a beginner at once: D(G(z)) is near "
        "0. There, log(1 − D) is flat, so the thief hardly learns. <b>Minus log D</b> is steep there and has the "
        "same goal. This is the <b>non-saturating loss</b>. Most models in this gallery start with it.",
        "ja": "実際に怪盗が使うのは、別の曲線です。駆け出しの怪盗はすぐに見破られ、D(G(z)) はほぼ 0 になります。"
        "そこでは log(1 − D) がほとんど平らで、学びが進みません。"
        "<b>−log D</b> なら、目指す先は同じで、ちょうどその場所が急な坂になります。"
        "これが<b>非飽和損失</b>で、このギャラリーの多くのモデルの出発点です。",
    },
    "learn_objective_see": {"en": "Choose the loss in the playground", "ja": "平面の対決で損失を選ぶ"},
    "learn_objective_fig": {
        "en": "The thief wants to make this small. On the left, where a beginner stands, only one curve is steep.",
        "ja": "怪盗が小さくしたい量です。駆け出しのいる左端で、坂になっているのは片方だけです。",
    },
    "learn_objective_axis": {"en": "D(G(z)): fooled →", "ja": "D(G(z))：だまされた →"},
    # DCGAN
    "learn_dcgan_title": {"en": "DCGAN: the recipe that worked", "ja": "DCGAN：うまくいくレシピ"},
    "learn_dcgan_lead": {
        "en": "A good idea is not enough. DCGAN showed how to build the two networks so that they really learn.",
        "ja": "アイデアだけでは絵になりません。DCGAN は「こう組めば学べる」という作り方を示しました。",
    },
    "learn_dcgan_1": {
        "en": "The networks of 2014 were simple, and their pictures were tiny. In 2015, Alec Radford, Luke Metz and "
        "Soumith Chintala built both networks from <b>convolutions</b>, layers that look at small neighbourhoods. "
        "The thief starts with a 4×4 grid and doubles it again and again with <b>transposed convolutions</b>. The "
        "detective goes the other way.",
        "ja": "2014年のネットワークは単純で、描ける絵も小さなものでした。"
        "2015年、アレック・ラドフォード、ルーク・メッツ、スミス・チンタラの三人は、両方を<b>畳み込み</b>（"
        "小さな範囲ごとに見る層）で組み立てました。怪盗は 4×4 のマス目から始め、<b>転置畳み込み</b>で倍、"
        "倍と大きくしていきます。探偵はその逆です。",
    },
    "learn_dcgan_2": {
        "en": "This is the recipe. To shrink a picture, the convolution moves in larger steps (<b>stride</b>), instead of "
        "taking the largest neighbour (pooling). The values of each layer are brought to one scale (<b>batch "
        "normalisation</b>). No hidden layer is fully connected. Between the layers, the thief sets negative values "
        "to zero (<b>ReLU</b>). It ends with tanh, because pixels go from −1 to 1. The detective lets a little of "
        "the negative values through (<b>Leaky ReLU</b>), so that gradients find their way back. The steps are "
        "small: Adam with a learning rate of 0.0002.",
        "ja": "レシピはこうです。絵を小さくするときは、まわりの最大値をとる（プーリング）のではなく、"
        "畳み込みの窓を飛ばして進めます（<b>ストライド</b>）。各層の値のスケールをそろえます（<b>バッチ正規化</b>）。"
        "中間に全結合層を置きません。層のあいだでは、怪盗は負の値を 0 にし（<b>ReLU</b>）、最後は画素の −1〜1 "
        "に合わせて tanh を使います。探偵は負の値も少しだけ通し（<b>Leaky ReLU</b>）、勾配の帰り道を残します。"
        "歩幅は小さく、Adam で学習率 0.0002 です。",
    },
    "learn_dcgan_3": {
        "en": "Noise turned out to have meaning. Take the mean code of men with glasses, subtract men without glasses, and "
        "add women without glasses. The result is a woman with glasses. Directions in the latent space have a "
        "meaning, though nobody taught it.",
        "ja": "そして、乱数の中に意味が見つかりました。「メガネの男性」の平均から「メガネなしの男性」を引き、"
        "「メガネなしの女性」を足すと、メガネの女性が現れたのです。"
        "誰も教えていないのに、潜在空間の方向には意味が宿っていました。",
    },
    "learn_dcgan_see": {"en": "Add and subtract pictures", "ja": "絵の足し算・引き算をする"},
    "learn_dcgan_see2": {"en": "Replay the whole training", "ja": "学習の過程を再生する"},
    "learn_dcgan_fig": {
        "en": "The thief's network: each layer doubles the height and width.",
        "ja": "怪盗のネットワークです。層をひとつ通るたびに、縦横が倍になります。",
    },
    "learn_dcgan_shots": {
        "en": "The DCGAN of this gallery: faces of the same noise at the start, early, and at the end of its training.",
        "ja": "このギャラリーの DCGAN です。同じ乱数から描いた、学習のはじめ・序盤・終わりの顔を並べました。",
    },
}
