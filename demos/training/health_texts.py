"""Sentences: what a run suffers from, and the advice; `f_KIND` is a finding, `s_KIND` its story, `a_ADVICE` an advice."""

TEXTS = {
    "health_heading": {"en": "How are they doing?", "ja": "二人の調子は？"},
    "light_green": {"en": "All is well", "ja": "順調です"},
    "light_yellow": {"en": "Something is off", "ja": "気になる点があります"},
    "light_red": {"en": "This will probably fail", "ja": "このままではうまくいきません"},
    "light_none": {"en": "Too early to say", "ja": "まだ判断できません"},
    "health_green": {
        "en": "The log shows no sign of trouble. The two keep up with each other.",
        "ja": "記録を見るかぎり、問題の兆しはありません。どちらも相手に置いていかれず、競い合っています。",
    },
    "health_heading_alone": {"en": "How is it doing?", "ja": "調子は？"},
    "health_green_alone": {"en": "The log shows no sign of trouble.", "ja": "記録を見るかぎり、問題の兆しはありません。"},
    "health_none": {"en": "The pictures don't show enough yet.", "ja": "まだ絵が十分に育っていないので、判断できません。"},
    "health_since": {"en": "since step {since}", "ja": "ステップ {since} から"},
    "health_over": {"en": "from step {since} to {until}, now over", "ja": "ステップ {since}〜{until}（いまは解消）"},
    "health_evidence": {"en": "Evidence", "ja": "根拠"},
    "health_do": {"en": "Do it", "ja": "試す"},
    "health_advice": {"en": "Try", "ja": "試すこと"},
    "f_not_a_number": {"en": "Not a number", "ja": "数でなくなった（NaN）"},
    "s_not_a_number": {
        "en": "The steps became so large that the arithmetic failed. Neither of the two can go on.",
        "ja": "一歩が大きくなりすぎて、計算そのものが壊れました。二人とも、ここから先へは進めません。",
    },
    "f_diverging": {"en": "Divergence", "ja": "発散"},
    "s_diverging": {
        "en": "They shout louder and louder: the detective's scores have become extreme, and nobody can learn from them.",
        "ja": "言い争いが止まりません。探偵の評価が極端になりすぎて、そこから何も学べなくなっています。",
    },
    "f_collapse": {"en": "Mode collapse", "ja": "モード崩壊"},
    "s_collapse": {
        "en": "The thief has found one forgery that passes, and draws it again and again.",
        "ja": "怪盗が「これなら通る」という1枚を見つけ、そればかり描くようになりました。",
    },
    "f_discriminator_strong": {"en": "The detective is too strong", "ja": "探偵が強すぎる"},
    "s_discriminator_strong": {
        "en": "The detective sees through everything. The answer is the same whatever the thief tries, so the thief can't "
        "tell what to improve.",
        "ja": "探偵が何もかも見破ってしまいます。何を試しても結果が同じなので、怪盗はどこを直せばよいのかわかりません。",
    },
    "f_discriminator_weak": {"en": "The detective is too weak", "ja": "探偵が弱すぎる"},
    "s_discriminator_weak": {
        "en": "The detective trusts forgeries more than real pictures. The thief is never caught, so it has nothing to learn.",
        "ja": "探偵が、本物よりも贋作を信じています。一度も捕まらない怪盗には、学ぶことがありません。",
    },
    "f_vanishing_gradients": {"en": "Vanishing gradients", "ja": "勾配消失"},
    "s_vanishing_gradients": {
        "en": "The detective says no and gives no hint. Almost no signal reaches the thief, so it stands still.",
        "ja": "探偵は「偽物」と言うだけで、手がかりをくれません。怪盗に届く信号がほとんどなく、足が止まっています。",
    },
    "f_oscillation": {"en": "Oscillation", "ja": "振動"},
    "s_oscillation": {
        "en": "They chase each other in circles. The thief changes its style from tick to tick, and the detective runs "
        "after it.",
        "ja": "追いかけっこの堂々巡りです。怪盗は次々に手口を変え、探偵はそのあとを追うばかりです。",
    },
    "f_stagnation": {"en": "Stagnation", "ja": "停滞"},
    "s_stagnation": {
        "en": "Nothing changes. The pictures stay the same tick after tick, though the learning rate is still high.",
        "ja": "動きがありません。学習率は下がっていないのに、同じ絵がずっと続いています。",
    },
    "f_memorisation": {"en": "Memorisation", "ja": "丸暗記"},
    "s_memorisation": {
        "en": "The thief has learnt the real pictures by heart and hands in copies.",
        "ja": "怪盗が本物を丸暗記して、写しを提出しています。",
    },
    "f_small_batch": {"en": "Tiny batches", "ja": "バッチが小さすぎる"},
    "s_small_batch": {
        "en": "The detective sees only a few pictures at a time. The next batch contradicts what it learnt from the last one.",
        "ja": "探偵が一度に見るのは、ほんの数枚です。あるバッチで学んだことが、次のバッチでくつがえります。",
    },
    "a_lower_rates": {"en": "lower both learning rates", "ja": "両方の学習率を下げる"},
    "a_raise_rates": {"en": "raise both learning rates", "ja": "両方の学習率を上げる"},
    "a_clip": {"en": "clip the gradients", "ja": "勾配を切り詰める"},
    "a_r1": {"en": "an R1 penalty for the detective", "ja": "探偵に R1 正則化をかける"},
    "a_raise_discriminator_rate": {"en": "raise the detective's learning rate", "ja": "探偵の学習率を上げる"},
    "a_lower_discriminator_rate": {"en": "lower the detective's learning rate", "ja": "探偵の学習率を下げる"},
    "a_lower_generator_rate": {"en": "lower the thief's learning rate", "ja": "怪盗の学習率を下げる"},
    "a_discriminator_steps": {
        "en": "more updates of the detective for each update of the thief",
        "ja": "探偵の更新回数を増やす",
    },
    "a_non_saturating": {"en": "the non-saturating loss", "ja": "非飽和損失を使う"},
    "a_lower_momentum": {"en": "a lower momentum", "ja": "モメンタムを下げる"},
    "a_augment": {"en": "augmentation: mirrored and jittered pictures", "ja": "データ拡張（左右反転や色の揺らぎ）"},
    "a_more_data": {"en": "more training pictures", "ja": "学習データを増やす"},
    "a_larger_batch": {"en": "a larger batch, such as 64", "ja": "バッチを大きくする（64枚など）"},
}
