"""Sentences: the detective tab."""

TEXTS = {
    "detective_title": {"en": "Detective", "ja": "探偵ゲーム"},
    "detective_none": {
        "en": "There is no thief with a detective here yet. Publish one with: gan-zoo export-run dcgan-digits "
        "--with-discriminator",
        "ja": "探偵つきの怪盗がまだいません。gan-zoo export-run dcgan-digits --with-discriminator で公開してください。",
    },
    "detective_lost": {"en": "No answer came. Check the connection.", "ja": "応答がありません。接続を確かめてください。"},
    "detective_level": {
        "en": "The level must be a whole number from {least} to {most}.",
        "ja": "レベルには {least} から {most} までの整数を指定してください。",
    },
    "detective_answer": {
        "en": "The answer must be true (real) or false (forged).",
        "ja": "答えは true（本物）か false（贋作）にしてください。",
    },
    "detective_ticket": {
        "en": "You have already judged this picture, or its time is over. Take the next one.",
        "ja": "この絵はもう判定ずみか、時間切れです。次の絵に進んでください。",
    },
    # the game
    "case_heading": {"en": "Real or forged?", "ja": "本物か、贋作か"},
    "case_hint": {
        "en": "{rounds} digits, one by one. The thief gets better all the time. Who has the sharper eye: you or the detective?",
        "ja": "数字が{rounds}枚、1枚ずつ出てきます。怪盗はどんどん腕を上げます。あなたと探偵、目が利くのはどちらでしょう。",
    },
    "case_start": {"en": "Start the case", "ja": "捜査を始める"},
    "case_again": {"en": "Another case", "ja": "もう一度"},
    "case_next": {"en": "Next picture", "ja": "次の絵"},
    "case_result": {"en": "See the result", "ja": "結果を見る"},
    "case_round": {"en": "Picture {n} of {rounds}", "ja": "{n}枚目（全{rounds}枚）"},
    "case_step": {"en": "Thief after {step} training steps", "ja": "怪盗の修業：{step}ステップ"},
    "case_last": {"en": "Thief fully trained", "ja": "怪盗の修業：免許皆伝（学習完了）"},
    "case_you": {"en": "You", "ja": "あなた"},
    "case_detective": {"en": "Detective", "ja": "探偵"},
    "case_streak": {"en": "In a row", "ja": "連続正解"},
    "case_seconds": {"en": " s", "ja": "秒"},
    "case_time": {"en": "Time", "ja": "時間"},
    "case_picture": {"en": "The picture to judge", "ja": "判定する絵"},
    "case_keys": {
        "en": "Keys: <kbd>←</kbd> real, <kbd>→</kbd> forged, <kbd>Enter</kbd> next",
        "ja": "キー操作：<kbd>←</kbd> 本物、<kbd>→</kbd> 贋作、<kbd>Enter</kbd> 次へ",
    },
    "case_was_real": {"en": "It was real.", "ja": "本物でした。"},
    "case_was_forged": {"en": "It was forged.", "ja": "贋作でした。"},
    "case_right": {"en": "Correct!", "ja": "お見事！"},
    "case_wrong": {"en": "You were fooled!", "ja": "だまされました！"},
    "case_also": {"en": "The detective was right.", "ja": "探偵は正解しました。"},
    "case_neither": {"en": "The detective was wrong.", "ja": "探偵は間違えました。"},
    "case_won": {"en": "You have the sharper eye.", "ja": "あなたのほうが名探偵でした。"},
    "case_drawn": {"en": "It is a draw.", "ja": "引き分けです。どちらの目もたしかでした。"},
    "case_beaten": {"en": "The detective has the sharper eye this time.", "ja": "今回は探偵のほうが一枚上手でした。"},
    "case_average": {
        "en": "You got {right} of {rounds} right. You took {seconds} s per picture on average. Your longest streak is "
        "{streak}.",
        "ja": "{rounds}枚中{right}枚正解、1枚あたり平均{seconds}秒、最長で{streak}枚連続正解でした。",
    },
    "case_theirs": {"en": "The detective got {right} right.", "ja": "探偵は{right}枚正解でした。"},
    "case_fooled": {"en": "Pictures that you got wrong", "ja": "あなたが間違えた絵"},
    "case_fooled_both": {"en": "the detective was wrong too", "ja": "探偵も間違えました"},
    "case_nothing": {"en": "You got every picture right.", "ja": "1枚も間違えませんでした。"},
    "case_rule": {
        "en": "The detective is a network that learnt to expose forgeries (the discriminator of {model}). It calls a "
        "picture real if its score lies in the range of the middle 8 in 10 real digits. A score below or above this range "
        "means forged. Two caveats: The detective has not seen early, clumsy forgeries for a long time, so it only knows "
        "that they look unusual. And against the fully trained thief it does little better than guessing. That is not a "
        "fault. It is the balance that the two reach in the end.",
        "ja": "探偵の正体は、贋作を見破るように学習したネットワーク（{model} の識別器）です。"
        "本物の10枚中8枚が収まる評価の範囲に入れば、本物と答えます。評価が低すぎても高すぎても、贋作とみなします。"
        "気をつけたい点が二つあります。駆け出しのころの下手な贋作は長らく見ていないので、"
        "「見慣れないもの」としか感じません。そして、修業を終えた怪盗が相手だと、当てずっぽうと大差ありません。"
        "これは失敗ではなく、二人の勝負が行き着く釣り合いの点です。",
    },
    # the room
    "room_heading": {"en": "The whole room against the detective", "ja": "会場のみんなで探偵に挑む"},
    "room_hint": {
        "en": "Everybody joins with a phone and judges the same picture. A room closes after an hour, and nothing is kept.",
        "ja": "全員がスマホで同じ絵を判定します。部屋は1時間で消え、記録は残りません。",
    },
    "room_open": {"en": "Open a room", "ja": "部屋を開く"},
    "room_join": {"en": "Code to join", "ja": "参加コード"},
    "room_at": {"en": "at", "ja": "参加ページ"},
    "room_local": {
        "en": "Phones can't reach this address, because only this machine can open it. Start the gallery with "
        "GRADIO_SERVER_NAME=0.0.0.0 and open it at the machine's address in the network.",
        "ja": "このアドレスは自分のパソコンからしか開けません。GRADIO_SERVER_NAME=0.0.0.0 をつけて起動し、"
        "ネットワーク上のアドレス（192.168.… など）で開き直してください。",
    },
    "room_qr": {"en": "QR code to join", "ja": "参加用の QR コード"},
    "room_players": {"en": "{n} have joined", "ja": "{n}人が参加中"},
    "room_votes": {"en": "{n} of {players} have answered", "ja": "{players}人中{n}人が回答"},
    "room_next": {"en": "Next picture", "ja": "次の絵を出す"},
    "room_first": {"en": "First picture", "ja": "1枚目を出す"},
    "room_show": {"en": "Show what it is", "ja": "正解を見せる"},
    "room_end": {"en": "End the game", "ja": "終了する"},
    "room_real": {"en": "Real", "ja": "本物"},
    "room_forged": {"en": "Forged", "ja": "贋作"},
    "room_step": {"en": "Thief after {step} training steps", "ja": "怪盗の修業：{step}ステップ"},
    "room_last": {"en": "Thief fully trained", "ja": "怪盗の修業：免許皆伝（学習完了）"},
    "room_was_real": {"en": "It was real.", "ja": "本物でした。"},
    "room_was_forged": {"en": "It was forged.", "ja": "贋作でした。"},
    "room_says": {"en": "The detective says: {says}", "ja": "探偵の答え：{says}"},
    "room_score": {
        "en": "Right so far, of {of}: the room's majority {room}, the detective {detective}",
        "ja": "ここまでの正解：会場の多数決 {room}、探偵 {detective}（{of}枚中）",
    },
    "room_final": {
        "en": "Of {of} pictures, the room's majority got {room} right and the detective {detective}.",
        "ja": "{of}枚のうち、会場の多数決は{room}枚、探偵は{detective}枚正解でした。",
    },
    "room_won": {"en": "The room has the sharper eye!", "ja": "会場のみなさんのほうが名探偵です！"},
    "room_drawn": {"en": "It is a draw.", "ja": "引き分けです。"},
    "room_beaten": {"en": "The detective has the sharper eye this time.", "ja": "今回は探偵のほうが一枚上手でした。"},
    "room_over": {"en": "The case is closed", "ja": "捜査は終了しました"},
    "room_podium": {"en": "The best detectives", "ja": "名探偵"},
    "room_place": {"en": "{right} right", "ja": "{right}問正解"},
    "room_more": {"en": "and {n} more", "ja": "ほか{n}人"},
    "room_screen": {"en": "Full screen", "ja": "全画面"},
    "room_fooled": {"en": "Pictures that most people got wrong", "ja": "いちばん多くの人が間違えた絵"},
    "room_fooled_by": {"en": "{wrong} of {votes} were wrong", "ja": "{votes}人中{wrong}人が不正解"},
    "room_picture": {"en": "The picture to judge", "ja": "判定する絵"},
    "room_gone": {
        "en": "Room {room} doesn't exist, or it is closed. A room closes after an hour, and an empty one sooner. "
        "Check the code.",
        "ja": "部屋 {room} は見つかりません。コードを確かめてください。部屋は1時間で、誰もいなければもっと早く消えます。",
    },
    "room_full": {"en": "The room is full. It has {most} places.", "ja": "満員です。一部屋の定員は{most}人です。"},
    "rooms_full": {
        "en": "No more rooms are free. Try again later.",
        "ja": "空いている部屋がありません。少し待ってからお試しください。",
    },
    "rooms_full_here": {
        "en": "From your network {most} rooms are open already. Use one of them, or wait until one is gone.",
        "ja": "お使いのネットワークからは、すでに{most}部屋が開かれています。そのどれかを使うか、空くまでお待ちください。",
    },
    "room_closed": {
        "en": "The door of this room is closed. Ask the presenter to open it.",
        "ja": "この部屋は受付を締め切りました。進行役の方に開けてもらってください。",
    },
    "room_door_close": {"en": "Close the door", "ja": "受付を締め切る"},
    "room_door_open": {"en": "Open the door", "ja": "受付を再開する"},
    "room_door_closed": {"en": "The door is closed: nobody else can join.", "ja": "受付は締め切りました。"},
    "room_unread": {
        "en": "This question can't be read. Load the page anew.",
        "ja": "送られた内容を読み取れません。ページを読み込み直してください。",
    },
    "room_stranger": {
        "en": "You are not in this room. A player who is silent for two pictures loses the place. Join again.",
        "ja": "この部屋に入っていません（2枚続けて回答がないと席が空きます）。もう一度参加してください。",
    },
    "room_late": {"en": "Too late: the answer has been shown.", "ja": "締め切られました。正解がもう出ています。"},
    "room_not_yours": {"en": "Another screen leads this room.", "ja": "この部屋の進行役は別の画面です。"},
    "room_not_now": {"en": "This can't be done now.", "ja": "今はその操作はできません。"},
    # the phone
    "phone_face": {"en": "You are {face}", "ja": "あなたは {face} です"},
    "phone_title": {"en": "Real or forged?", "ja": "本物か、贋作か"},
    "phone_code": {"en": "The code on the screen", "ja": "画面に出ているコード"},
    "phone_join": {"en": "Join", "ja": "参加する"},
    "phone_wait": {
        "en": "You are in. Watch the big screen: the first picture comes soon.",
        "ja": "参加しました。まもなく1枚目が出ます。前の画面をご覧ください。",
    },
    "phone_chosen": {
        "en": "Your answer is in. You can change it until the solution is shown.",
        "ja": "回答を受けつけました。正解が出るまでは変えられます。",
    },
    "phone_ask": {"en": "What do you think?", "ja": "どちらだと思いますか？"},
    "phone_right": {"en": "Right!", "ja": "正解！"},
    "phone_wrong": {"en": "You were fooled!", "ja": "だまされました！"},
    "phone_none": {"en": "You gave no answer.", "ja": "回答していません。"},
    "phone_was_real": {"en": "It was real.", "ja": "本物でした。"},
    "phone_was_forged": {"en": "It was forged.", "ja": "贋作でした。"},
    "phone_score": {"en": "{right} of {of} right", "ja": "{of}枚中{right}枚正解"},
    "phone_over": {"en": "The case is closed. Thank you!", "ja": "捜査は終了しました。おつかれさまでした！"},
    "phone_lost": {"en": "No connection. Trying again …", "ja": "接続が切れました。つなぎ直しています…"},
    # the reverse role
    "pass_heading": {"en": "Now you are the thief", "ja": "今度はあなたが怪盗"},
    "pass_hint": {
        "en": "Draw a digit with the mouse or a finger. Can you make the detective believe that it is real?",
        "ja": "マウスや指で数字を描いて、本物に見せかけてみましょう。探偵の目をだませるでしょうか。",
    },
    "pass_here": {"en": "Draw a digit here", "ja": "ここに数字を描いてください"},
    "pass_appears": {
        "en": "The detective's verdict appears here when the pen rests.",
        "ja": "描き終えると、ここに探偵の判定が現れます。",
    },
    "pass_canvas": {"en": "Draw a digit here", "ja": "ここに数字を描きます"},
    "pass_wipe": {"en": "Clear", "ja": "消す"},
    "pass_blank": {"en": "You have not drawn anything yet.", "ja": "まだ何も描かれていません。"},
    "pass_seen": {"en": "What the detective sees", "ja": "探偵に見えている絵"},
    "pass_passed": {"en": "The detective believes it!", "ja": "本物で通りました！"},
    "pass_caught": {"en": "The detective caught you!", "ja": "見破られました！"},
    "pass_rank": {
        "en": "It convinced the detective more than {percent}% of the thief's own pictures.",
        "ja": "探偵には、怪盗の絵の{percent}%より本物らしく見えました。",
    },
    "pass_reads": {"en": "A classifier reads {digit} ({percent}% sure).", "ja": "分類器の読み：{digit}（確信度 {percent}%）"},
    "pass_thick": {
        "en": "The detective judges your digit at 28 x 28 pixels. It is scaled and centred like the real digits.",
        "ja": "判定されるのは、本物と同じように大きさと位置をそろえた絵です（28×28画素）。",
    },
}
