"""Answers every text with the same text: each exactly once, however often it or `wx` is killed.

    python3 echo_bot.py JOURNAL.db wx rpc --ack manual [OPTION..]
"""
import json, sqlite3, subprocess, sys

journal = sqlite3.connect(sys.argv[1], isolation_level=None)
journal.executescript("""PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, chat TEXT, text TEXT, outcome TEXT);""")
wx = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
batch, asked, ready = [], set(), False
FINAL = ("refused", "unknown_outcome", "unknown_chat")  # Other errors pass: the next start tries again.

def call(method, params, **id):
    print(json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **id}), file=wx.stdin, flush=True)

def take(batch):  # Written down first, acknowledged then: what a crash cuts off comes again.
    texts = [m for m in batch if m.get("kind") == "text" and "msg_id" in m and not m["mine"]]
    journal.execute("BEGIN")
    journal.executemany("INSERT OR IGNORE INTO messages (id, chat, text) VALUES (:msg_id, :chat, :text)", texts)
    journal.execute("COMMIT")
    call("ack", {"batch": batch[-1]["batch"]})

def answer_some():  # Under the message's id: `wx` sends that once, and knows after a crash how it ended.
    open = journal.execute("SELECT id, chat, text FROM messages WHERE outcome IS NULL LIMIT 100").fetchall()
    for id, chat, text in [message for message in open if message[0] not in asked]:
        asked.add(id)
        call("send_text", {"to": chat, "text": text, "client_msg_id": id}, id=id)

def settle(id, outcome):  # Written down first, forgotten by `wx` then.
    journal.execute("UPDATE messages SET outcome = ? WHERE id = ?", (outcome, id))
    call("forget", {"client_msg_id": id})

for line in map(json.loads, wx.stdout):
    event, error = line.get("params", {}), line.get("error", {}).get("data", {}).get("kind")
    if "batch" in event:
        batch.append(event)
        if event.get("last"):
            take(batch)
            batch = []
    elif event.get("type") == "done" or "result" in line or error in FINAL:
        settle(line.get("id") or event["client_msg_id"], error or event.get("kind") or "sent")
    ready = (ready or event.get("type") == "ready") and (not error or error in FINAL)
    if ready:
        answer_some()
sys.exit(wx.wait())
