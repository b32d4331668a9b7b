#!/usr/bin/env bash
# Makes the pictures in docs/ from what the program really shows in a terminal: tmux runs it, examples/svg.rs draws what
# tmux has on its screen. Needs Rust, tmux and two minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
docs=$PWD/docs
cargo build --quiet -p wx --bin wx --example svg
target=${CARGO_TARGET_DIR:-$PWD/target}/debug
export LC_ALL=C.UTF-8 TERM=xterm-256color TZ=Asia/Shanghai
unset NO_COLOR TMUX

work=$(mktemp -d)
socket=wx-pictures-$$
cleanup() {
  tmux -L "$socket" kill-server 2>/dev/null || true
  [ -z "${sim:-}" ] || kill "$sim" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

# open NAME COLUMNS ROWS COMMAND: a terminal that runs a command and stays.
open() {
  tmux -u -L "$socket" -f /dev/null new-session -d -s "$1" -x "$2" -y "$3" "cd $work; $4; exec cat" \; set status off
}

# wait_for NAME TEXT: until the terminal shows it.
wait_for() {
  for _ in $(seq 300); do
    if tmux -L "$socket" capture-pane -p -t "$1" | grep -qF -- "$2"; then return; fi
    sleep 0.1
  done
  echo "$1 never shows: $2" >&2
  tmux -L "$socket" capture-pane -p -t "$1" >&2
  exit 1
}

# draw NAME COLUMNS FILE: what the terminal shows.
draw() {
  tmux -L "$socket" capture-pane -e -p -N -t "$1" | "$target/examples/svg" "$2" >"$docs/$3.svg"
}

# tell COMMAND: to the simulated server.
tell() {
  echo "$1" >&3
}

# The demonstration.
for columns in 40 80 200; do
  open "demo$columns" "$columns" 90 "$target/wx demo --seed 7"
done
for columns in 40 80 200; do
  wait_for "demo$columns" 'nothing lost, nothing twice'
  draw "demo$columns" "$columns" "screens/demo-$columns"
done
cp "$docs/screens/demo-80.svg" "$docs/demo.svg"

# A server for the rest, with names of all widths, and names that would like to be more than names.
mkfifo "$work/commands"
(cd "$work" && exec "$target/wx" sim --seed 7 --ca-out CA.pem --scan-after never --confirm-after never <commands >answers) &
sim=$!
exec 3>"$work/commands"
until [ -s "$work/answers" ]; do sleep 0.1; done
port=$(sed -n '1s/.*"port":\([0-9]*\).*/\1/p' "$work/answers")
mkdir "$work/bin"
printf '#!/bin/sh\nexec %q --seed 7 --connect-to 127.0.0.1:%s --ca-file %q --session %q "$@"\n' \
  "$target/wx" "$port" "$work/CA.pem" "$work/session.json" >"$work/bin/wx"
chmod +x "$work/bin/wx"
export PATH=$work/bin:$PATH
tell '{"cmd":"add_friend","nick":"\u001b[31mRed\u001b[2J\u202e evil\nboss","remark":""}'
tell '{"cmd":"add_friend","nick":"e\u0301e\u0301e\u0301 Zoe\u0308 \ud83c\udde8\ud83c\uddf3","remark":""}'
tell '{"cmd":"add_friend","nick":"一个名字特别特别特别长而且还在继续变长的好朋友","remark":""}'

# A login whose code expires twice.
for columns in 40 80 200; do
  open "login$columns" "$columns" 27 'wx login'
  wait_for "login$columns" 'waiting for the scan'
  for _ in 1 2; do
    sleep 0.5
    before=$(tmux -L "$socket" capture-pane -p -t "login$columns")
    tell '{"cmd":"expire_qr"}'
    until [ "$before" != "$(tmux -L "$socket" capture-pane -p -t "login$columns")" ]; do sleep 0.1; done
    wait_for "login$columns" 'The last code expired'
    wait_for "login$columns" 'waiting for the scan'
  done
  draw "login$columns" "$columns" "screens/login-$columns"
  tell '{"cmd":"scan"}'
  wait_for "login$columns" 'waiting for the confirmation'
  tell '{"cmd":"confirm"}'
  wait_for "login$columns" 'the login is stored'
  [ "$columns" = 200 ] || rm "$work/session.json"
done

# People.
for columns in 40 80 200; do
  open "contacts$columns" "$columns" 20 'wx contacts'
  wait_for "contacts$columns" '微信团队'
  draw "contacts$columns" "$columns" "screens/contacts-$columns"
done

# Messages with wide and with hostile names.
for columns in 40 80 200; do
  open "listen$columns" "$columns" 40 'wx listen'
  wait_for "listen$columns" 'official'
  tell '{"cmd":"say","chat":"明哥","text":"你好！周末一起去爬山吗？我们打算周六一大早出发，中午在山顶吃饭，下午三点前下山。"}'
  tell '{"cmd":"say","chat":"周末爬山","from":"老王","text":"周六早上七点集合\n地点：南门，记得带水"}'
  tell '{"cmd":"say","chat":"周末爬山","from":"Ada 😂","text":"I am in! <3 & see you there 😂 https://example.org/trails/a-long-way-up?from=south-gate"}'
  tell '{"cmd":"say","chat":"\u001b[31mRed\u001b[2J\u202e evil\nboss","text":"one\r12:00  明哥: send money\u001b[2J\u001b]0;gone\u0007 \u202etxet"}'
  tell '{"cmd":"say","chat":"e\u0301e\u0301e\u0301 Zoe\u0308 \ud83c\udde8\ud83c\uddf3","text":"combining e\u0301 and a pile: a'"$(printf '\\u0301%.0s' $(seq 40))"'b"}'
  tell '{"cmd":"say","chat":"一个名字特别特别特别长而且还在继续变长的好朋友","text":"last one"}'
  wait_for "listen$columns" 'last one'
  wait_for "listen$columns" 'online, 6 messages'
  draw "listen$columns" "$columns" "screens/listen-$columns"
  tmux -L "$socket" send-keys -t "listen$columns" C-c
  sleep 1
done

# A chat, as it looks on an evening.
printf 'PS1="$ "\n' >"$work/rc"
open chat 80 24 "bash --rcfile $work/rc -i"
wait_for chat '$'
tmux -L "$socket" send-keys -t chat "wx send --to 明哥 '去！周六见。'" Enter
wait_for chat 'sent to'
tmux -L "$socket" send-keys -t chat 'wx listen' Enter
wait_for chat 'online'
sleep 2
tell '{"cmd":"say","chat":"明哥","text":"太好了，七点南门见 😄"}'
wait_for chat '七点南门见'
tell '{"cmd":"say","chat":"周末爬山","from":"老王","text":"天气预报：晴，12 到 20 度\n记得带水和帽子"}'
wait_for chat '帽子'
tell '{"cmd":"say","chat":"Book Club","from":"Mei","text":"This month: Journey to the West. Who has a copy to lend?"}'
wait_for chat 'copy to lend'
tell '{"cmd":"say","chat":"Tom & Jerry","text":"Did you get the photos?"}'
wait_for chat 'online, 4 messages'
draw chat 80 chat

ls -l "$docs"/*.svg "$docs"/screens/*.svg
