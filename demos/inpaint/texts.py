"""Sentences: the Inpainting tab."""

TEXTS = {
    "inpaint_title": {"en": "Inpaint", "ja": "穴埋め"},
    "inpaint_heading": {"en": "Brush something away, and it is filled in", "ja": "消したところを描き足す"},
    "inpaint_hint": {
        "en": "Brush over a part of the picture, and the thief makes up what might be there.",
        "ja": "消したいところを塗りつぶすと、怪盗がそこにありそうなものを描きます。",
    },
    "no_inpainters": {
        "en": "There are no weights for this tab yet. Train a model with: gan-zoo train --recipe context_encoder-faces-l1, "
        "then --recipe context_encoder-faces",
        "ja": "このタブで使う重みがまだありません。gan-zoo train --recipe context_encoder-faces-l1 に続けて "
        "--recipe context_encoder-faces で学習してください。",
    },
    "inpaint_subject": {"en": "Kind of picture", "ja": "どんな絵を直しますか"},
    "inpaint_of_faces": {"en": "Drawn faces", "ja": "イラストの顔"},
    "inpaint_of_pictures": {"en": "Landscapes", "ja": "風景写真"},
    "inpaint_start": {"en": "Pictures the model has never seen", "ja": "モデルが見たことのない絵"},
    "inpaint_sample": {"en": "Picture {n}", "ja": "絵 {n}"},
    "inpaint_brush": {"en": "Brush over a part", "ja": "消したいところをなぞる"},
    "inpaint_canvas": {
        "en": "The picture. Brush over it to remove parts. Ctrl+Z undoes, Delete starts over.",
        "ja": "元の絵。なぞると消えます。Ctrl+Z で一筆戻し、Delete で最初からやり直せます。",
    },
    "inpaint_width": {"en": "Brush", "ja": "筆の太さ"},
    "inpaint_clear": {"en": "Start over", "ja": "最初から"},
    "inpaint_random": {"en": "Random hole", "ja": "おまかせで消す"},
    "inpaint_bring": {"en": "Your own picture", "ja": "自分の画像を使う"},
    "inpaint_filled": {"en": "The thief's picture", "ja": "怪盗が描き足した絵"},
    "inpaint_result": {"en": "The picture with the hole filled", "ja": "穴を埋めた絵"},
    "inpaint_appears": {
        "en": "Brush over the picture, and the result appears here.",
        "ja": "絵をなぞると、ここに結果が現れます",
    },
    "inpaint_share": {"en": "{share} of the picture is new", "ja": "絵の{share}が描き足した部分です"},
    "inpaint_proposals": {"en": "There is more than one answer", "ja": "答えはひとつではない"},
    "inpaint_proposals_hint": {
        "en": "The best guess is close to the average of all that might be there. Each proposal is another random draw. "
        "Proposals differ where the rest of the picture leaves a choice. Click one to enlarge it.",
        "ja": "「無難な答え」は、ありそうなものの平均に近くなります。三つの案は引き直した答えで、"
        "まわりから決まらないところに違いが出ます。クリックすると大きく表示します。",
    },
    "inpaint_best": {"en": "Best guess", "ja": "無難な答え"},
    "inpaint_proposal": {"en": "Proposal {n}", "ja": "案 {n}"},
    "inpaint_more": {"en": "Three more proposals", "ja": "別の案を三つ見る"},
    "inpaint_compare": {"en": "The original, and two methods without learning", "ja": "正解と、学習しない二つの方法"},
    "inpaint_compare_hint": {
        "en": "The mean colour uses no knowledge. Diffusion lets the colours at the border run in, like ink on wet paper. "
        "Their numbers can be close, but they never draw an eye or a nose.",
        "ja": "平均色は、何も考えずに塗るだけです。拡散は、ふちの色をにじませて広げます。"
        "数字の上では近くなりますが、にじみから目や鼻は生まれません。",
    },
    "inpaint_numbers": {"en": "The same in numbers", "ja": "数字で比べる"},
    "inpaint_numbers_hint": {
        "en": "How close the filled part is to the original (PSNR in dB, higher is closer).",
        "ja": "穴の中が元の絵にどれだけ近いかを示します（PSNR、単位は dB、大きいほど近い）。",
    },
    "inpaint_original": {"en": "The original", "ja": "元の絵"},
    "inpaint_mean": {"en": "Mean colour", "ja": "平均色"},
    "inpaint_diffusion": {"en": "Diffusion", "ja": "拡散"},
    "inpaint_no_sample": {
        "en": "This picture doesn't exist here. Choose another one.",
        "ja": "その絵はありません。別の絵を選んでください。",
    },
    "inpaint_all_gone": {
        "en": "Almost nothing of the picture is left. Undo a stroke, so that the model has something to start from.",
        "ja": "絵がほとんど残っていません。手がかりが残るように、一筆戻してください。",
    },
    "inpaint_wrong_model": {
        "en": "'{name}' can't fill holes. Choose a model of this tab.",
        "ja": "「{name}」は穴埋めができません。このタブのモデルを選んでください。",
    },
}
