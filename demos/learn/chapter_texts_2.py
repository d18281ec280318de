"""Sentences: the later chapters of the Learn tab, from conditions to consent; `learn_CHAPTER_PLACE`."""

TEXTS = {
    # conditions
    "learn_condition_title": {"en": "Drawing to order", "ja": "注文して描かせる"},
    "learn_condition_lead": {
        "en": "A plain GAN draws what it likes. A conditional GAN takes orders.",
        "ja": "ふつうの GAN は「おまかせ」です。条件付き GAN は、注文を聞いてくれます。",
    },
    "learn_condition_1": {
        "en": "“A 7, please.” An order must go to <b>both</b> players. The thief gets the class together with the noise. "
        "The detective gets the class too, and asks a stricter question: not “is it a real digit?” but “is it a real "
        "<i>7</i>?”. If only the thief knew the class, it could ignore the order. This is the <b>conditional GAN</b>.",
        "ja": "「7 をください」。注文するには、<b>両方</b>に伝えなければなりません。怪盗は乱数と一緒にクラスを受け取ります。"
        "探偵にも知らせて、問いを厳しくします。「本物の数字か？」ではなく「本物の<b>『7』</b>か？」と問うのです。"
        "もし怪盗しか知らなければ、注文を無視してもばれません。これが<b>条件付き GAN</b> です。",
    },
    "learn_condition_2": {
        "en": "The noise then controls everything that the order leaves open: slant, thickness, style. Keep the noise "
        "fixed and change the class, and one hand writes all the letters. The result is a font that doesn't exist.",
        "ja": "すると乱数は、注文で決まらないこと（傾き、太さ、書きぶり）を受け持ちます。"
        "乱数を固定してクラスだけ変えれば、同じ手で書いた文字がそろいます。"
        "世の中に存在しないフォントのできあがりです。",
    },
    "learn_condition_3": {
        "en": "You can also order a style. <b>StyleGAN</b> turns the noise into styles and feeds them in at every size. "
        "The coarse layers control the pose, and the fine layers control the colours. So pose and colours can come "
        "from two different faces.",
        "ja": "注文は「スタイル」でもできます。<b>StyleGAN</b> は乱数をスタイルに変え、"
        "大きさの違う層それぞれに注ぎ込みます。粗い層は顔の向きや形、細かい層は色合いを決めます。"
        "だから、向きはこの人から、色はあの人から、と混ぜられます。",
    },
    "learn_condition_see": {"en": "Write a word in a font that doesn't exist", "ja": "存在しないフォントで言葉を書く"},
    "learn_condition_see2": {"en": "Find directions with a meaning", "ja": "意味のある方向を探す"},
    "learn_condition_fig": {
        "en": "The order goes to both. A good 3 is a bad 7.",
        "ja": "注文は両方に届きます。どんなに上手な 3 でも、「7」としては不合格です。",
    },
    "learn_condition_order": {"en": "order: “7”", "ja": "注文：「7」"},
    "learn_condition_shots": {
        "en": "The conditional GAN of this gallery draws letters to order: at the start, early, and at the end of training.",
        "ja": "このギャラリーの条件付き GAN が注文を受けて描いた文字です。学習のはじめ・序盤・終わりの順です。",
    },
    # pairs and no pairs
    "learn_pairs_title": {"en": "With pairs, without pairs", "ja": "見本のペアがあるとき、ないとき"},
    "learn_pairs_lead": {
        "en": "Drawing to photograph, photograph to print: a picture can be an order, too.",
        "ja": "線画から写真へ、写真から浮世絵へ変えます。絵そのものも「注文」になります。",
    },
    "learn_pairs_1": {
        "en": "<b>pix2pix</b> learns from pairs: an outline and the finished picture. The thief is a <b>U-Net</b>. Its "
        "bridges carry the outlines past the bottleneck. Two judges look at its work. The L1 distance compares it "
        "with the right answer, pixel by pixel. The detective (a <b>PatchGAN</b>) checks it patch by patch with a "
        "magnifying glass, and asks whether it looks real.",
        "ja": "<b>pix2pix</b> は、線画と完成した絵のペアから学びます。怪盗は <b>U-Net</b> で、"
        "橋を渡して輪郭をそのまま届けます。審査員は二人です。L1 距離は正解と画素ごとに見比べ、探偵（"
        "<b>PatchGAN</b>）は虫眼鏡で部分ごとに「本物らしいか」を調べます。",
    },
    "learn_pairs_2": {
        "en": "L1 alone gives blurred pictures. If a shirt could be red or blue, the safest pixel is a greyish violet. The "
        "detective rejects that, because real shirts don't look like that. Our model cards compare results with and "
        "without a detective.",
        "ja": "L1 だけでは、ぼやけます。シャツが赤かもしれず青かもしれないなら、いちばん無難な画素は灰色がかった紫です。"
        "でも、そんなシャツは現実にないと、探偵が突き返します。このギャラリーのモデルカードで、"
        "探偵がいる場合といない場合の数値を比べられます。",
    },
    "learn_pairs_3": {
        "en": "But nobody has a Van Gogh painting and a photograph from the same spot. <b>CycleGAN</b> works without "
        "pairs. It has two thieves, one for each direction, and two detectives. The detectives only check that the "
        "result looks like a painting, or like a photograph. One rule keeps the scene the same: <b>there and back "
        "must lead home</b>. The difference after the return is the cycle consistency loss.",
        "ja": "でも、ゴッホの絵と「同じ場所から撮った写真」のペアなんて、誰が持っているでしょう。"
        "<b>CycleGAN</b> はペアなしで学びます。怪盗は行きと帰りの二人、探偵も二人います。"
        "探偵は「絵画らしいか」「写真らしいか」しか見ません。同じ景色のままでいられるのは、<b>行って帰れば、"
        "元どおり</b>という約束のおかげです。戻りきらなかった分が、サイクル一貫性損失です。",
    },
    "learn_pairs_see": {"en": "Draw and watch the colours appear", "ja": "線を描いて、色がつくのを見る"},
    "learn_pairs_see2": {"en": "There and back with a photograph", "ja": "写真で、行って帰ってくる"},
    "learn_pairs_see3": {"en": "Fill a hole", "ja": "欠けた部分を埋める"},
    "learn_pairs_see4": {"en": "Make printed digits look handwritten", "ja": "活字を手書き風に磨く"},
    "learn_pairs_fig": {
        "en": "Above: pix2pix knows the right answer. Below: CycleGAN only knows that the way back must lead home.",
        "ja": "上：pix2pix には正解があります。下：CycleGAN の手がかりは「帰れば元どおり」だけです。",
    },
    "learn_pairs_gshort": {"en": "G", "ja": "怪盗 G"},
    "learn_pairs_fshort": {"en": "F", "ja": "怪盗 F"},
    "learn_pairs_sketch": {"en": "drawing", "ja": "線画"},
    "learn_pairs_result": {"en": "result", "ja": "結果"},
    "learn_pairs_right": {"en": "answer", "ja": "正解"},
    "learn_pairs_photo": {"en": "photo", "ja": "写真"},
    "learn_pairs_painting": {"en": "painting", "ja": "絵画"},
    "learn_pairs_again": {"en": "photo?", "ja": "写真？"},
    "learn_pairs_shots": {
        "en": "The CycleGAN of this gallery at the start, early, and at the end. You see a photograph, the thief's version "
        "of it, and a real print, which is not its pair.",
        "ja": "このギャラリーの CycleGAN です。上から学習のはじめ・序盤・終わりで、3枚ずつ、"
        "写真・怪盗の作品・本物の浮世絵（ペアではありません）を並べています。",
    },
    # text
    "learn_text_title": {"en": "From a sentence to a picture", "ja": "文から絵へ"},
    "learn_text_lead": {
        "en": "First a rough sketch, then the details. Every stage reads the sentence.",
        "ja": "まず下絵、それから細部を描きます。いつも手元に文があります。",
    },
    "learn_text_1": {
        "en": "A network can't read letters as we do. A <b>text encoder</b> turns the sentence into a list of numbers, the "
        "<b>embedding</b>. Sentences with similar meanings get similar numbers. The thief and the detective receive "
        "this list as the order.",
        "ja": "ネットワークは、人のようには文字を読めません。そこで<b>テキストエンコーダ</b>が、文を数の列（"
        "<b>埋め込み</b>）に変えます。意味の近い文は、近い数の列になります。これが怪盗と探偵への「注文書」です。",
    },
    "learn_text_2": {
        "en": "A clever method teaches the detective to read (Reed et al., 2016). It sees three kinds of cases: a real "
        "picture with its sentence, a forgery with the sentence, and a <b>real picture with the wrong sentence</b>. "
        "It must reject the last kind too. So it is not enough to look good.",
        "ja": "探偵に「読ませる」工夫が面白いところです（リードら、2016年）。見せるのは3通りです。"
        "本物と正しい文、贋作と文、そして<b>本物と、間違った文</b>です。最後の組も不合格にしなければなりません。"
        "きれいなだけでは通らないのです。",
    },
    "learn_text_3": {
        "en": "It is hard to draw a large picture at once. <b>StackGAN</b> works in stages. The first stage draws rough "
        "shapes and colours. The next stage reads the sentence again, corrects, and adds detail. One sentence fits "
        "many pictures, so its meaning changes a little at random each time (<b>conditioning augmentation</b>).",
        "ja": "大きな絵を一気に描くのは大変です。<b>StackGAN</b> は段階に分けます。第1段はおおまかな形と色を描きます。"
        "次の段は文を読み直し、直しながら細部を描き込みます。また、ひとつの文に合う絵はたくさんあるので、"
        "文の意味を毎回少しだけ揺らします（<b>条件付け拡張</b>、conditioning augmentation）。",
    },
    "learn_text_see": {"en": "Write a sentence", "ja": "文を入れて描いてもらう"},
    "learn_text_fig": {"en": "Each stage reads the sentence again.", "ja": "どの段も、もう一度文を読みます。"},
    "learn_text_sentence": {"en": "“a red heart”", "ja": "「赤いハート」"},
    "learn_text_stage1": {"en": "stage 1", "ja": "第1段"},
    "learn_text_stage2": {"en": "stage 2", "ja": "第2段"},
    "learn_text_stage3": {"en": "stage 3", "ja": "第3段"},
    # video
    "learn_video_title": {"en": "Video: remembering the last frame", "ja": "動画：前のコマを覚えておく"},
    "learn_video_lead": {
        "en": "Good single pictures don't make a good film. The frames have to fit together.",
        "ja": "1枚ずつが上手でも、動画になるとちらつきます。コマどうしのつじつまが合っていないからです。",
    },
    "learn_video_1": {
        "en": "Let pix2pix colour a film frame by frame. Each frame is good, but the film <b>flickers</b>. Where several "
        "answers are right, every frame chooses again. The shirt is red, then a little darker, then it has another "
        "fold.",
        "ja": "動画を pix2pix で1コマずつ変換してみましょう。どのコマもよくできているのに、続けて見ると<b>ちらつき</b>ます。"
        "正解がいくつもあるところで、コマごとに選び直してしまうからです。"
        "シャツの赤が少し暗くなったり、しわの位置が変わったりします。",
    },
    "learn_video_2": {
        "en": "<b>vid2vid</b> remembers. It looks at its last frames and finds where everything has moved (<b>optical "
        "flow</b>). It keeps what is still there, and draws only what comes into view. A second detective looks at "
        "short sequences instead of single pictures, and catches unnatural motion.",
        "ja": "<b>vid2vid</b> は覚えています。直前のコマを見て、どこがどちらへ動いたか（<b>オプティカルフロー</b>）を考え、"
        "残っているものはそのまま連れていき、新しく見えたところだけを描きます。"
        "もう一人の探偵は、1枚ではなく短い連続コマを見て、不自然な動きを見破ります。",
    },
    "learn_video_3": {
        "en": "If the order is a stick figure or a puppet, you can make anyone dance (Chan et al., 2018). It is great fun, "
        "and a reason to read the last chapter.",
        "ja": "棒人間や人形のポーズを「注文」にすると、誰でも踊らせることができます（チャンら、2018年）。"
        "とても楽しく、そして最後の章を読むべき理由でもあります。",
    },
    "learn_video_see": {"en": "Let a puppet dance", "ja": "人形を踊らせる"},
    "learn_video_see2": {"en": "Change the style of a clip and look for flicker", "ja": "動画の画風を変えて、ちらつきを探す"},
    "learn_video_fig": {
        "en": "The next frame comes from the pose and from the frames before.",
        "ja": "次のコマは、ポーズと「それまでのコマ」から描きます。",
    },
    "learn_video_pose": {"en": "pose", "ja": "ポーズ"},
    "learn_video_frame": {"en": "frame", "ja": "コマ"},
    # stability
    "learn_stability_title": {"en": "Why training fails, and what helps", "ja": "なぜ学習は失敗する？ どう直す？"},
    "learn_stability_lead": {
        "en": "The two learn from each other, so they must stay about equally strong.",
        "ja": "互いから学ぶ二人は、実力が釣り合っていないといけません。",
    },
    "learn_stability_1": {
        "en": "<b>Mode collapse.</b> The thief finds one forgery that passes, and draws it again and again. The detective "
        "notices, the thief moves to the next one, and they chase each other in circles. You see pictures that all "
        "look alike, whatever the noise is.",
        "ja": "<b>モード崩壊。</b>怪盗は「これなら通る」という贋作をひとつ見つけると、そればかり描きます。"
        "探偵が気づくと、怪盗は次の1枚へ移ります。こうしてぐるぐると追いかけっこが続きます。"
        "どんな乱数からも似た絵しか出てこなければ、これです。",
    },
    "learn_stability_2": {
        "en": "<b>The detective is too strong.</b> It is certain about every picture. Its opinion is like a cliff with "
        "flat land on both sides. On flat land nobody knows which way is up, so the thief's gradient vanishes. "
        "<b>Too weak</b> is no better: praise for everything teaches nothing.",
        "ja": "<b>探偵が強すぎる。</b>どの絵にも自信満々だと、判定は「崖と、その両側の平地」になります。"
        "平地では、どちらが上りかわかりません。怪盗に届く勾配が消えてしまうのです。<b>弱すぎる</b>のも困ります。"
        "何でも褒める先生からは、何も学べません。",
    },
    "learn_stability_3": {
        "en": "<b>Too few pictures.</b> The detective learns them by heart and rejects everything else, even good "
        "pictures. Then quality falls after a rise. The StudioGAN library published a training log of a DCGAN on "
        "CIFAR-10 (small photographs). Its distance from the real pictures is 49 after 42,000 steps, and 137 after "
        "200,000. (The distance is the FID. The next chapter explains it.) So keep the best state, not the last.",
        "ja": "<b>画像が少なすぎる。</b>探偵が本物を丸暗記し、ほかはどんなに上手でも突き返します。"
        "すると、上がっていた画質が下がり始めます。StudioGAN というライブラリが公開している学習記録では、CIFAR-10（"
        "小さな写真）を学んだ DCGAN の「本物との距離」が、4万2千ステップで49、20万ステップでは137でした（この距離が "
        "FID です。次の章で説明します）。残すべきは「最後」ではなく「最良」です。",
    },
    "learn_stability_4": {
        "en": "<b>What helps.</b> A smoother detective helps: its opinion can't jump when the picture changes a little "
        "(gradient penalties as in WGAN-GP and R1, spectral normalisation). So does a loss that still pulls when "
        "real and forged are far apart (non-saturating, least squares, Wasserstein). The two can have different "
        "learning rates (TTUR). If there are few pictures, change real and forged pictures in the same way "
        "(DiffAugment, ADA). Draw with the average of the thief's last weights, which is steadier than each of them "
        "(EMA). And be patient.",
        "ja": "<b>効く薬。</b>絵が少し変わっただけで意見が急変しないように、探偵をなめらかにします（WGAN-GP や R1 "
        "の勾配ペナルティ、スペクトル正規化）。本物から遠くても引き寄せてくれる損失に変えます（非飽和損失、最小二乗、"
        "ワッサースタイン）。二人の学習率を変えます（TTUR）。画像が少なければ、本物にも贋作にも同じ加工をします（"
        "DiffAugment、ADA）。揺れ動く怪盗の重みは、平均して使います（EMA）。そして、気長に待ちましょう。",
    },
    "learn_stability_see": {"en": "Start a run that fails, and see the diagnosis", "ja": "わざと失敗させて、診断を見る"},
    "learn_stability_see2": {"en": "Make it collapse in two dimensions", "ja": "平面の上で崩壊させてみる"},
    "learn_stability_fig": {
        "en": "Dots: real. Rings: forged. From left: collapse, a detective like a cliff, a good balance.",
        "ja": "点が本物、輪が贋作です。左から、モード崩壊・崖のような探偵・よい釣り合いを示します。",
    },
    "learn_stability_bad1": {"en": "collapse", "ja": "モード崩壊"},
    "learn_stability_bad2": {"en": "too strong", "ja": "探偵が強すぎ"},
    "learn_stability_good": {"en": "balance", "ja": "釣り合い"},
    # measuring
    "learn_measure_title": {"en": "How good is it? Measuring quality", "ja": "どれくらい上手？ 測り方"},
    "learn_measure_lead": {
        "en": "The loss doesn't say whether the pictures are good. So we compare them with real ones.",
        "ja": "損失を見ても、絵の出来はわかりません。そこで、本物と見比べて測ります。",
    },
    "learn_measure_1": {
        "en": "The thief's loss is its score against an opponent who improves at the same time. It can rise while the "
        "pictures get better. So we measure with someone outside the game: a network trained to recognise pictures. "
        "It turns each picture into a list of <b>features</b>.",
        "ja": "怪盗の損失は「一緒に強くなる相手」に対する成績です。絵が良くなっているのに上がることもあります。"
        "だから、勝負に加わっていない第三者に測ってもらいます。絵を見分けるように学習したネットワークで、"
        "どの絵も<b>特徴量</b>という数の列に変えてくれます。",
    },
    "learn_measure_2": {
        "en": "<b>FID</b> sees the features of the real pictures and of the forgeries as two clouds. It describes each "
        "cloud by its middle (μ) and its spread (Σ), and measures how far apart the two are. Small is good. "
        "<b>KID</b> does not assume that the clouds are bell-shaped, and it is fair with few pictures.",
        "ja": "<b>FID</b> は、本物の特徴量と贋作の特徴量を二つの雲とみなし、それぞれを中心（μ）と広がり（Σ）で表して、"
        "どれだけ離れているかを測ります。小さいほど良い値です。<b>KID</b> は雲が釣り鐘形（正規分布）だと仮定せず、"
        "少ない枚数でも偏りません。",
    },
    "learn_measure_3": {
        "en": "One number can't separate blurred pictures from repeated ones. <b>Precision</b> is the share of forgeries "
        "that lie among the real pictures: quality. <b>Recall</b> is the share of real pictures that the forgeries "
        "reach: variety. A collapsed thief can have high precision, but hardly any recall.",
        "ja": "ひとつの数では「ぼやけている」と「同じ絵ばかり」の区別がつきません。"
        "<b>適合率</b>は、贋作のうち本物の雲に入る割合で、質の目安です。"
        "<b>再現率</b>は、本物のうち贋作の雲に入る割合で、多様さの目安です。"
        "モード崩壊した怪盗は、適合率が高くても、再現率はほとんど 0 になります。",
    },
    "learn_measure_4": {
        "en": "Be careful: compare figures only for the same data, the same number of pictures and the same features. Also "
        "look at the nearest training pictures, because a thief that copies scores well, too.",
        "ja": "注意してください。数値を比べてよいのは、データ・枚数・特徴量がそろっているときだけです。"
        "そして、いちばん近い学習画像も見ておきましょう。丸写しの怪盗も、よい点を取るからです。",
    },
    "learn_measure_see": {"en": "Find the nearest training pictures", "ja": "いちばん近い学習画像を探す"},
    "learn_measure_see2": {"en": "Compare two runs by their figures", "ja": "二つの学習を数値で比べる"},
    "learn_measure_see3": {"en": "A table of all methods", "ja": "すべての方法の比較表"},
    "learn_measure_fig": {
        "en": "Two clouds of features. Which part of the forgeries lies among the real pictures, and the other way round?",
        "ja": "特徴量の二つの雲です。贋作のどれだけが本物の中に、本物のどれだけが贋作の中にあるでしょう。",
    },
    # data and consent
    "learn_consent_title": {"en": "Data, consent, deepfakes", "ja": "データと同意、ディープフェイク"},
    "learn_consent_lead": {
        "en": "Anyone who can forge well has to ask: am I allowed to?",
        "ja": "上手に贋作を作れる人ほど、「やってよいか」を問わなくてはなりません。",
    },
    "learn_consent_1": {
        "en": "<b>What goes in comes out.</b> A GAN learns the distribution that it gets, with all gaps and prejudices. In "
        "2018, Joy Buolamwini and Timnit Gebru tested commercial programs that name a person's gender from the face. "
        "The programs were wrong for up to 34.7% of darker-skinned women, and for at most 0.8% of lighter-skinned "
        "men. Before you train, ask who is missing in the data.",
        "ja": "<b>入れたものが、出てくる。</b>GAN は与えられた分布を、抜けや偏りごと学びます。"
        "2018年、ジョイ・ブオラムウィニとティムニット・ゲブルは、顔から性別を答える市販のプログラムを調べました。"
        "誤りは、肌の色が濃い女性では最大34.7%、薄い男性では最大0.8%でした。"
        "学習の前に、「データに誰がいないか」を考えましょう。",
    },
    "learn_consent_2": {
        "en": "<b>Three questions for each picture.</b> Does the law allow it? (In Japan, Article 30-4 of the Copyright "
        "Act allows the analysis of information in many cases, within limits. Portrait and privacy rights are "
        "another matter.) What does the licence say? Would the person in the picture, or its maker, agree? Keep the "
        "answers with the data, as a data sheet.",
        "ja": "<b>1枚ごとに三つの問い。</b>法律は許していますか。（日本では著作権法30条の4が、"
        "一定の条件のもとで情報解析のための利用を認めています。"
        "肖像権やプライバシーは別の話です。）ライセンスには何と書いてありますか。"
        "写っている人、作った人は、いやがりませんか。答えはデータと一緒に、データシートとして残しておきます。",
    },
    "learn_consent_3": {
        "en": "<b>A GAN can leak.</b> For some models, it is possible to find out whose picture was in the training data. "
        "It is easier when there are few pictures. That is why this gallery shows the nearest training pictures.",
        "ja": "<b>GAN から漏れることもある。</b>「この人の写真が学習に使われたか」を、モデルから当てられる場合があります。"
        "枚数が少ないほど簡単です。このギャラリーが「いちばん近い学習画像」を見せているのは、そのためでもあります。",
    },
    "learn_consent_4": {
        "en": "<b>Deepfakes</b> put words into people's mouths. Detectors help (they are detectives, after all). But a new "
        "thief may get past them, and strong compression makes their work harder (Rössler et al., 2019). So never "
        "imitate a real person without asking. Say when a picture is generated. Where it matters, keep proof of "
        "origin (C2PA Content Credentials). Article 50 of the EU's AI Act asks for such labels.",
        "ja": "<b>ディープフェイク</b>は、言ってもいないことを言わせます。"
        "検出器は役に立ちますが（要するに探偵です）、新しい怪盗には抜かれることがあり、"
        "強く圧縮された映像では見破りにくくなります（レスラーら、2019年）。"
        "だから、実在の人を本人に断りなく真似てはいけません。生成した画像には、そうと書きましょう。"
        "大事な場面では来歴の証明を残しましょう（C2PA のコンテンツクレデンシャル）。"
        "EU の AI 法も、第50条でこうした表示を求めています。",
    },
    "learn_consent_5": {
        "en": "In this gallery, the faces are drawings in the public domain, and the dancer is a computer figure. The "
        "makers and licences of the paintings and photographs are listed with the data. Other visitors can't see "
        "your pictures. This chapter is not legal advice.",
        "ja": "このギャラリーでは、顔はパブリックドメインのイラスト、踊り手は CG、"
        "絵画や写真の作者とライセンスはデータに添えてあります。持ち込んだ画像は、ほかの人には見えません。"
        "なお、この章は法律上の助言ではありません。",
    },
    "learn_consent_see": {"en": "Does it copy? Look at the nearest pictures", "ja": "丸写ししていない？ 近い学習画像を見る"},
    "learn_consent_see2": {"en": "Can you tell forged from real?", "ja": "本物と贋作、見分けられますか？"},
    "learn_consent_fig": {"en": "There is a question at each step.", "ja": "一歩ごとに、問いがあります。"},
    "learn_consent_data": {"en": "data", "ja": "データ"},
    "learn_consent_model": {"en": "model", "ja": "モデル"},
    "learn_consent_picture": {"en": "picture", "ja": "絵"},
    "learn_consent_ask1": {"en": "licence? consent?", "ja": "許諾は？同意は？"},
    "learn_consent_ask2": {"en": "who is missing?", "ja": "誰が欠けている？"},
    "learn_consent_ask3": {"en": "labelled?", "ja": "生成と明示？"},
}
