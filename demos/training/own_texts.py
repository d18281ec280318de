"""Sentences: the owner's own pictures in the Training tab."""

OWN = {
    "own_heading": {"en": "Train on your own pictures", "ja": "自分の写真や絵で学習させる"},
    "own_hint": {
        "en": "You can use photographs, drawings, or pictures from the webcam. A few dozen are enough to start. They stay "
        "on this machine.",
        "ja": "写真、絵、ウェブカメラの画像で学習できます。まずは数十枚で十分です。画像はこのマシンの外に出ません。",
    },
    "own_not_here": {
        "en": "Only the owner of this machine can add pictures here.",
        "ja": "ここに画像を入れられるのは、このマシンの持ち主だけです。",
    },
    "own_set": {"en": "Set", "ja": "入れるセット"},
    "own_new": {"en": "a new set", "ja": "新しいセット"},
    "own_in_set": {"en": "{name} ({n} pictures)", "ja": "{name}（{n}枚）"},
    "own_name": {"en": "Name of the new set", "ja": "新しいセットの名前"},
    "own_name_itself": {"en": "chosen for you if empty", "ja": "空欄なら自動で付きます"},
    "own_usual_name": {"en": "my-pictures", "ja": "写真"},
    "own_webcam_name": {"en": "webcam", "ja": "カメラ"},
    "own_drop": {"en": "Drop pictures, folders or a ZIP here", "ja": "ここに画像、フォルダー、ZIP をドロップ"},
    "own_choose": {"en": "Choose pictures or a ZIP", "ja": "画像や ZIP を選ぶ"},
    "own_folder": {"en": "Choose a folder", "ja": "フォルダーを選ぶ"},
    "own_webcam": {"en": "Use the webcam", "ja": "ウェブカメラで撮る"},
    "own_limits": {
        "en": "A set can have up to 2,000 pictures. They are stored at 256 pixels, without the place and the date of a "
        "photograph.",
        "ja": "1セットは2,000枚までです。画像は256画素に縮め、撮影した場所や日時は消してから保存します。",
    },
    "own_cancel": {"en": "Cancel", "ja": "中止する"},
    "own_progress": {"en": "{done} of {total}", "ja": "{total}枚中{done}枚"},
    "own_sending": {"en": "sending {percent}%", "ja": "送信中 {percent}%"},
    "own_taken": {"en": "{n} added to '{name}'", "ja": "「{name}」に{n}枚入れました"},
    "own_none_taken": {"en": "No picture was added.", "ja": "入れられた画像はありません。"},
    "own_cancelled": {
        "en": "Cancelled. The pictures added so far are kept.",
        "ja": "中止しました。入れた画像は残っています。",
    },
    "own_left": {"en": "{n} left out. Show the reasons", "ja": "{n}枚は入れませんでした（理由を見る）"},
    "own_and_more": {"en": "and {n} more", "ja": "ほか{n}件"},
    "own_lost": {
        "en": "The gallery doesn't answer. The pictures added so far are kept. Check that the gallery runs, and drop the "
        "rest again.",
        "ja": "ギャラリーから応答がありません。入れた画像は残っています。"
        "ギャラリーが動いているか確かめ、残りをもう一度入れてください。",
    },
    # why a file is left out
    "own_no_picture": {"en": "It is not a picture, or it is damaged.", "ja": "画像ではないか、壊れています。"},
    "own_small_picture": {
        "en": "It has fewer than {least} pixels on a side.",
        "ja": "縦か横が{least}画素より小さい画像です。",
    },
    "own_twice": {"en": "It is already in the set.", "ja": "同じ画像がすでにセットにあります。"},
    "own_large_file": {"en": "The file is larger than {most} MB.", "ja": "ファイルが {most} MB を超えています。"},
    "own_full": {
        "en": "The set is full: it has {most} pictures. Choose another set for the rest.",
        "ja": "セットがいっぱいです（{most}枚）。残りは別のセットに入れてください。",
    },
    "own_broken_zip": {"en": "The ZIP is damaged. Make it again.", "ja": "ZIP が壊れています。作り直してください。"},
    "own_broken_entry": {
        "en": "It can't be unpacked. It is damaged, or packed in an unusual way.",
        "ja": "取り出せません。壊れているか、特殊な方法で圧縮されています。",
    },
    "own_locked": {"en": "It is locked with a password.", "ja": "パスワードがかかっています。"},
    "own_large_zip": {
        "en": "The ZIP is too large when unpacked. Make several smaller ones.",
        "ja": "ZIP を展開すると大きくなりすぎます。いくつかに分けてください。",
    },
    "own_many_entries": {
        "en": "The ZIP has more than {most} files. Make several smaller ones.",
        "ja": "ZIP に{most}個を超えるファイルがあります。いくつかに分けてください。",
    },
    # the set
    "own_no_name": {
        "en": "Give the set a name with letters or digits.",
        "ja": "セットに、文字か数字を含む名前を付けてください。",
    },
    "own_gone": {
        "en": "This set no longer exists. Choose another one, or add pictures.",
        "ja": "そのセットはもうありません。別のセットを選ぶか、画像を入れてください。",
    },
    "own_pictures": {"en": "{n} pictures in '{name}'", "ja": "「{name}」の画像{n}枚"},
    "own_squares": {
        "en": "The model learns from the square that you see. Click pictures to select them for deletion.",
        "ja": "見えている正方形の範囲が学習に使われます。いらない画像は、クリックして選ぶと消せます。",
    },
    "own_some_shown": {"en": "The first {n} are shown.", "ja": "最初の{n}枚を表示しています。"},
    "own_mark": {"en": "Picture {n}: select it for deletion", "ja": "{n}枚目の画像：消すときに選ぶ"},
    "own_remove": {"en": "Delete {n} selected pictures", "ja": "選んだ{n}枚を消す"},
    "own_delete": {"en": "Delete this set", "ja": "このセットを消す"},
    "own_really": {
        "en": "Delete '{name}' with its {n} pictures? Runs that learnt from it stay, but can't be resumed.",
        "ja": "「{name}」を{n}枚の画像ごと消しますか？ このセットで学習した記録は残りますが、再開はできなくなります。",
    },
    # the training
    "own_what": {"en": "What should it learn?", "ja": "何を学ばせる？"},
    "own_dcgan": {
        "en": "It draws new pictures like these. It learns fastest.",
        "ja": "似た絵を新しく描きます。いちばん速く学びます。",
    },
    "own_stylegan": {
        "en": "It draws new pictures like these and can mix their styles. It learns more slowly.",
        "ja": "似た絵を新しく描き、スタイルを混ぜることもできます。時間がかかります。",
    },
    "own_pix2pix": {
        "en": "It turns outlines into pictures. Draw a few lines, and they become a picture like these.",
        "ja": "線から絵を描きます。輪郭を描くと、このセットのような絵になります。",
    },
    "own_cyclegan": {
        "en": "It turns other pictures into the style of these.",
        "ja": "ほかの絵を、このセットの画風に変えます。",
    },
    "own_starter": {"en": "Pictures to change", "ja": "画風を変える元の絵"},
    "starter_landscape": {"en": "Photographs of landscapes", "ja": "風景写真"},
    "starter_ukiyoe": {"en": "Ukiyo-e", "ja": "浮世絵"},
    "starter_vangogh": {"en": "Van Gogh", "ja": "ゴッホの絵"},
    "starter_emoji3d": {"en": "Emoji", "ja": "絵文字"},
    "starter_objects": {"en": "Photographs of objects", "ja": "物の写真"},
    "starter_faces": {"en": "Cartoon faces", "ja": "イラストの顔"},
    "own_size": {"en": "Size in pixels", "ja": "大きさ（画素）"},
    "own_train": {"en": "Train on these {n} pictures", "ja": "この{n}枚で学習を始める"},
    "own_few": {
        "en": "{n} pictures are too few: a GAN learns them by heart. Add at least {least}. {enough} or more are better.",
        "ja": "{n}枚では少なすぎて、丸暗記になってしまいます。{least}枚以上にしてください。"
        "{enough}枚以上あると、さらに良くなります。",
    },
    "own_some": {
        "en": "{n} pictures are enough to start, but {enough} or more are better. The training varies the pictures.",
        "ja": "{n}枚でも学習できますが、{enough}枚以上あると、さらに良くなります。学習中は、画像に変化を加えて補います。",
    },
    "own_command": {"en": "The same command for a terminal", "ja": "コマンドラインで同じことをするには"},
    # the webcam
    "own_shots": {"en": "Number of pictures", "ja": "撮る枚数"},
    "own_shoot": {"en": "Start", "ja": "撮影を始める"},
    "own_stop": {"en": "Stop", "ja": "止める"},
    "own_close": {"en": "Turn the camera off", "ja": "カメラを切る"},
    "own_camera_hint": {
        "en": "The camera takes four pictures a second. Move the camera, or move the object, so that the pictures differ.",
        "ja": "1秒に4枚撮ります。同じような画像ばかりにならないよう、カメラか写すものを動かしてください。",
    },
    "own_camera_view": {"en": "The camera's view, mirrored", "ja": "カメラの映像（左右反転）"},
    "own_shot": {"en": "{done} of {total} taken", "ja": "{total}枚中{done}枚を撮影"},
    "own_camera_insecure": {
        "en": "The browser allows the camera only on this machine or with https. Open http://localhost instead.",
        "ja": "カメラを使えるのは、このマシン上のページか https のページだけです。http://localhost から開いてください。",
    },
    "own_camera_refused": {
        "en": "The browser does not allow the camera on this page. Allow it next to the address, and try again.",
        "ja": "カメラの使用が許可されていません。アドレス欄の横で許可してから、もう一度お試しください。",
    },
    "own_camera_none": {
        "en": "No camera is available. Connect one, or close the program that uses it.",
        "ja": "使えるカメラがありません。カメラをつなぐか、カメラを使用中のほかのソフトを閉じてください。",
    },
    # the Hub
    "push_where": {"en": "Repository on the Hub", "ja": "Hub のリポジトリ"},
    "push_private": {"en": "private", "ja": "非公開"},
    "push": {"en": "Send to the Hub", "ja": "Hub に送る"},
    "push_hint": {
        "en": "This sends the weights, the model card, the curves and the samples. Samples of pix2pix and CycleGAN show "
        "some of your pictures.",
        "ja": "重み、モデルカード、学習の記録、学習中のサンプルを送ります。"
        "pix2pix と CycleGAN のサンプルには、元の画像の一部も写ります。",
    },
    "push_login": {
        "en": "To send it to the Hub, log in on this machine with 'hf auth login' and reload the page.",
        "ja": "Hub に送るには、このマシンで hf auth login を実行してログインし、ページを読み込み直してください。",
    },
    "own_pushing": {"en": "Sending …", "ja": "送信中…"},
    "pushed": {"en": "It is on the Hub now: {name}", "ja": "Hub に送りました：{name}"},
    "not_published": {
        "en": "Publish the run in the gallery first. Then you can send it to the Hub.",
        "ja": "先に「ギャラリーに並べる」で公開してください。そのあと送れます。",
    },
    "no_token": {
        "en": "The Hub needs a login: run 'hf auth login' on this machine, or set HF_TOKEN.",
        "ja": "Hub へのログインが必要です。このマシンで hf auth login を実行するか、HF_TOKEN を設定してください。",
    },
    "bad_token": {
        "en": "The Hub does not accept the token of this machine. It may have expired. Run 'hf auth login'.",
        "ja": "このマシンのトークンを Hub が受け付けません。期限切れかもしれません。hf auth login を実行してください。",
    },
    "no_right": {
        "en": "The token does not allow writing to this repository. Create one with write access in your settings on the "
        "Hub.",
        "ja": "このトークンでは書き込めません。Hub の設定で、書き込み権限のあるトークンを作ってください。",
    },
}  # fmt: skip
