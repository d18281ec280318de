"""Sentences: the Dance tab."""

TEXTS = {
    "dance_title": {"en": "Dance", "ja": "ダンス"},
    "dance_heading": {"en": "Make a puppet dance, and a person dances with it", "ja": "人形を踊らせると、人も影も踊る"},
    "dance_hint": {
        "en": "Each frame is drawn from the puppet and the frame before.",
        "ja": "人形の動きと直前のコマから、次のコマを描きます。",
    },
    "dance_no_models": {
        "en": "There is no model here yet that makes puppets dance. Train one with: gan-zoo train --recipe "
        "vid2vid-dance-first, then --recipe vid2vid-dance-l1 and --recipe vid2vid-dance, and start the gallery again.",
        "ja": "まだモデルがありません。gan-zoo train --recipe vid2vid-dance-first、続いて --recipe vid2vid-dance-l1、"
        "--recipe vid2vid-dance の順に学習してから、もう一度起動してください。",
    },
    "dance_model": {"en": "Model", "ja": "モデル"},
    "dance_what": {"en": "Whose dance?", "ja": "誰の踊り？"},
    "dance_clips": {"en": "A ready clip", "ja": "用意した動き"},
    "dance_own": {"en": "Your own", "ja": "自分で作る"},
    "dance_clips_hint": {
        "en": "This is one dance from three sides. No model has seen this motion in training.",
        "ja": "ひとつの踊りを三つの向きから見たものです。学習には使っていない、モデルが初めて見る動きです。",
    },
    "dance_own_hint": {
        "en": "Drag the joints with the mouse or a finger. You can also choose a joint with Tab and move it with the arrow "
        "keys. The dance goes from pose to pose and back to the first pose.",
        "ja": "関節をマウスや指で動かします。Tab キーで関節を選び、矢印キーで動かすこともできます。"
        "ポーズを順にたどって、最初のポーズに戻る踊りになります。",
    },
    "dance_ready": {"en": "Start with", "ja": "見本から始める"},
    "dance_wave": {"en": "Wave", "ja": "手を振る"},
    "dance_star": {"en": "Jumping jack", "ja": "ジャンピングジャック"},
    "dance_disco": {"en": "Disco", "ja": "ディスコ"},
    "dance_squat": {"en": "Squat", "ja": "スクワット"},
    "dance_keys": {"en": "Poses", "ja": "ポーズ"},
    "dance_pose": {"en": "Pose {n}", "ja": "ポーズ {n}"},
    "dance_add": {"en": "Copy this pose", "ja": "このポーズを複製"},
    "dance_drop": {"en": "Delete", "ja": "削除"},
    "dance_tempo": {"en": "Frames from pose to pose", "ja": "ポーズ間のコマ数"},
    "dance_tempo_hint": {
        "en": "Fewer frames make a faster dance; 20 frames take a second",
        "ja": "少ないほど速い動きになります。20コマで1秒です",
    },
    "dance_go": {"en": "Dance!", "ja": "踊る！"},
    "dance_panel_puppet": {"en": "Puppet", "ja": "人形"},
    "dance_panel_person": {"en": "vid2vid", "ja": "vid2vid"},
    "dance_panel_moved": {"en": "… the previous frame, shifted", "ja": "… 前のコマを動かしたもの"},
    "dance_panel_new": {"en": "… new parts", "ja": "… 新しく描いたところ"},
    "dance_panel_alone": {"en": "Frame by frame (pix2pix)", "ja": "1コマずつ（pix2pix）"},
    "dance_panel_true": {"en": "The real dancer", "ja": "本物の踊り"},
    "dance_frame": {"en": "Frame", "ja": "コマ"},
    "dance_play": {"en": "Play", "ja": "再生"},
    "dance_pause": {"en": "Pause", "ja": "一時停止"},
    "dance_save": {"en": "Download (MP4)", "ja": "保存（MP4）"},
    "dance_change": {"en": "Show what changes from frame to frame", "ja": "前のコマから変わったところを見る"},
    "dance_change_hint": {
        "en": "Bright spots away from the dancer are flicker.",
        "ja": "踊り手から離れたところが光れば、それはちらつきです。",
    },
    "dance_layers": {"en": "Look inside vid2vid", "ja": "vid2vid の中をのぞく"},
    "dance_layers_hint": {
        "en": "Each frame is the previous one, shifted, plus new parts where needed.",
        "ja": "前のコマを動かし、それで足りないところを新しく描いて、1コマになります。",
    },
    "dance_film": {"en": "Clip {n}", "ja": "動き {n}"},
    "dance_rate": {
        "en": "vid2vid draws <b>{n} frames a second</b> on this machine ({frames} frames, {milliseconds} ms each)",
        "ja": "vid2vid はこのマシンで<b>毎秒{n}コマ</b>を描きます（{frames}コマ、1コマ{milliseconds}ミリ秒）",
    },
    "dance_psnr_here": {"en": "PSNR, this clip", "ja": "PSNR（この動き）"},
    "dance_psnr_all": {"en": "PSNR, all test clips", "ja": "PSNR（テスト全体）"},
    "dance_flicker_here": {"en": "Flicker, this clip", "ja": "ちらつき（この動き）"},
    "dance_flicker_all": {"en": "Flicker, all test clips", "ja": "ちらつき（テスト全体）"},
    "dance_flicker": {"en": "flicker <b>{value}</b>", "ja": "ちらつき <b>{value}</b>"},
    "dance_figures_note": {
        "en": "PSNR: how close each frame is to the real one. Higher is better. Flicker: how far the change of a pixel "
        "from frame to frame differs from its real change, on a scale of 255 steps. Lower is better.",
        "ja": "PSNR は、各コマが本物にどれだけ近いかを表します（高いほど良い値です）。"
        "ちらつきは、コマごとの画素の変化が本物の変化とどれだけ違うかを表します（255段階、低いほど良い値です）。",
    },
    "dance_joint": {"en": "{name}: move with the arrow keys", "ja": "{name}：矢印キーで動かす"},
    "dance_hips": {"en": "hips, the whole puppet", "ja": "腰（全身）"},
    "dance_chest": {"en": "chest", "ja": "胸"},
    "dance_head": {"en": "head", "ja": "頭"},
    "dance_elbow_a": {"en": "elbow on the left", "ja": "左側のひじ"},
    "dance_hand_a": {"en": "hand on the left", "ja": "左側の手"},
    "dance_elbow_b": {"en": "elbow on the right", "ja": "右側のひじ"},
    "dance_hand_b": {"en": "hand on the right", "ja": "右側の手"},
    "dance_knee_a": {"en": "knee on the left", "ja": "左側のひざ"},
    "dance_foot_a": {"en": "foot on the left", "ja": "左側の足"},
    "dance_knee_b": {"en": "knee on the right", "ja": "右側のひざ"},
    "dance_foot_b": {"en": "foot on the right", "ja": "右側の足"},
    "dance_lost": {
        "en": "No answer came. Try again. If that doesn't help, reload the page.",
        "ja": "応答がありませんでした。もう一度試し、直らなければページを再読み込みしてください。",
    },
    "dance_no_clip": {
        "en": "This clip doesn't exist. You can choose: {names}.",
        "ja": "その動きはありません。選べるのは {names} です。",
    },
    "dance_first": {
        "en": "There is no film to save yet. Make the puppet dance first.",
        "ja": "まだ保存する動画がありません。先に人形を踊らせてください。",
    },
    "dance_other_puppet": {
        "en": "'{name}' learnt from another puppet. Choose another model, or a ready clip.",
        "ja": "「{name}」は別の人形で学習しています。別のモデルか、用意した動きを選んでください。",
    },
    "dance_poses": {"en": "Give 1 to {most} poses.", "ja": "ポーズは1個から{most}個までにしてください。"},
    "dance_steps": {
        "en": "The frames from pose to pose must be a whole number from {least} to {most}.",
        "ja": "ポーズ間のコマ数には {least} から {most} までの整数を指定してください。",
    },
    "bad_pose": {"en": "A pose must be a list of {n} numbers.", "ja": "ポーズは{n}個の数のリストで指定してください。"},
    "bad_pose_place": {
        "en": "The hips must lie between {least} and {most} in both directions.",
        "ja": "腰の位置は縦横とも {least} から {most} までにしてください。",
    },
    "bad_pose_angle": {
        "en": "Angles must lie between {least} and {most} degrees.",
        "ja": "角度は{least}度から{most}度までにしてください。",
    },
}
