#!/bin/sh
# Trains, exports and evaluates Falconet v0 from nothing. Resumable. See README.md.
set -eu
cd "$(dirname "$0")"
PYTHON="${PYTHON:-.venv/bin/python}"
export FALCONET_BUILD="${FALCONET_BUILD:-$PWD/build}"
mkdir -p "$FALCONET_BUILD"
[ -f "$FALCONET_BUILD/sprites.raw" ] || node render-sprites.mjs "$FALCONET_BUILD" 128
$PYTHON tokenizer.py ../falconet
# The eye and the symbolic leg of the voice do not need each other: one core each.
nice -n 3 $PYTHON train_vision.py --minutes 83 --out "$FALCONET_BUILD/vision.pt" &
nice -n 3 $PYTHON train_language.py --minutes 60 --batch 16 --out "$FALCONET_BUILD/language-symbolic.pt"
wait
[ -f "$FALCONET_BUILD/seen.pt" ] || $PYTHON see.py --vision "$FALCONET_BUILD/vision.pt" --scenes 5000 --out "$FALCONET_BUILD/seen.pt"
nice -n 3 $PYTHON train_language.py --minutes 16 --batch 16 --rate 5e-4 --real "$FALCONET_BUILD/seen.pt" \
  --start-from "$FALCONET_BUILD/language-symbolic.pt" --out "$FALCONET_BUILD/language.pt"
cd ../export
$PYTHON export_onnx.py --vision "$FALCONET_BUILD/vision.pt" --language "$FALCONET_BUILD/language.pt"
$PYTHON parity.py --vision "$FALCONET_BUILD/vision.pt" --language "$FALCONET_BUILD/language.pt"
$PYTHON make_fixtures.py
$PYTHON write_manifest.py
node check-tokenizer.mjs  # with the packages of the repository
$PYTHON ../train/evaluate.py --count 400
