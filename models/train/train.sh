#!/bin/sh
# Trains, exports and evaluates Falconet, starting from the shipped weights. Resumable. See README.md.
# MODEL is where the new model is made; START is the older one whose weights it begins with.
set -eu
cd "$(dirname "$0")"
PYTHON="${PYTHON:-.venv/bin/python}"
export FALCONET_BUILD="${FALCONET_BUILD:-$PWD/build}"
MODEL="${MODEL:-$FALCONET_BUILD/model}"
START="${START:-../falconet}"
B="$FALCONET_BUILD"
mkdir -p "$B"
if [ ! -f "$B/sprites.raw" ]; then
  # Two Debian packages are only unpacked, not installed: drawings of the Open Clip Art Library, glyphs of Symbola.
  (mkdir -p "$B/debian" && cd "$B/debian" && apt-get download openclipart-svg fonts-symbola && for package in *.deb; do dpkg-deb -x "$package" .; done)
  node render-sprites.mjs "$B" 128
  node render-clipart.mjs "$B/debian/usr/share/openclipart/svg" "$B/clipart"
  $PYTHON add_pictures.py "$B" --clipart "$B/clipart" --fonts "$B/debian/usr/share/fonts/truetype/ancient-scripts/Symbola_hint.ttf=symbola" \
    $(for weight in 400 700; do for file in node_modules/@fontsource/noto-emoji/files/noto-emoji-*-$weight-normal.woff2; do echo "$file=noto-emoji"; done; done)
fi
$PYTHON tokenizer.py "$MODEL"
[ -f "$B/language-start.pt" ] || $PYTHON warm_start.py --folder "$START" --tokenizer "$MODEL/tokenizer.json" \
  --vision-out "$B/vision-start.pt" --language-out "$B/language-start.pt"
# The eye and the symbolic leg of the voice do not need each other: one core each.
nice -n 15 $PYTHON train_vision.py --minutes "${VISION_MINUTES:-90}" --rate 2e-3 --batch 16 --keep-stem --start-from "$B/vision-start.pt" --out "$B/vision.pt" &
nice -n 15 $PYTHON train_language.py --minutes "${VOICE_MINUTES:-60}" --batch 8 --rate 8e-4 --all-tasks-at 0 --tokenizer "$MODEL/tokenizer.json" \
  --start-from "$B/language-start.pt" --out "$B/language-symbolic.pt"
wait
nice -n 15 $PYTHON train_closer.py --minutes "${CLOSER_MINUTES:-72}" --rate 2.2e-3 --strength 1.5 --vision "$B/vision.pt" --out "$B/closer.pt"
[ -f "$B/seen.pt" ] || $PYTHON see.py --vision "$B/vision.pt" --closer "$B/closer.pt" --scenes 6000 --out "$B/seen.pt"
nice -n 15 $PYTHON train_language.py --minutes "${REAL_MINUTES:-40}" --batch 12 --rate 6e-4 --all-tasks-at 0 --tokenizer "$MODEL/tokenizer.json" \
  --real "$B/seen.pt" --start-from "$B/language-symbolic.pt" --out "$B/language.pt"
cd ../export
$PYTHON export_onnx.py --vision "$B/vision.pt" --closer "$B/closer.pt" --language "$B/language.pt" --out "$MODEL"
$PYTHON parity.py --vision "$B/vision.pt" --closer "$B/closer.pt" --language "$B/language.pt" --folder "$MODEL"
$PYTHON make_fixtures.py --folder "$MODEL"
$PYTHON make_torch_answers.py --vision "$B/vision.pt" --closer "$B/closer.pt" --language "$B/language.pt" --folder "$MODEL"
$PYTHON write_manifest.py --folder "$MODEL"
node check-tokenizer.mjs "$MODEL"  # with the packages of the repository
cd ../train
[ -d "$B/evaluation" ] || $PYTHON make_evaluation.py --out "$B/evaluation" --scenes 100 --samples ../../samples/first-flight
$PYTHON evaluate.py "$B/evaluation" --folder "$MODEL" --out "$MODEL/evaluation.json"
$PYTHON card.py --folder "$MODEL"
