import json, subprocess, sys

wx = subprocess.Popen(sys.argv[1:] or ["wx", "rpc", "--login"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
for line in map(json.loads, wx.stdout):
    event = line.get("params", {})
    if event.get("type") == "qr":
        print("scan", event["url"])
    if event.get("type") == "message" and event["text"] == "ping":
        call = {"jsonrpc": "2.0", "id": 1, "method": "send_text", "params": {"to": event["chat"], "text": "pong"}}
        print(json.dumps(call), file=wx.stdin, flush=True)
