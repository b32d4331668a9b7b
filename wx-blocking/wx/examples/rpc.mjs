import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const [program, ...args] = process.argv.length > 2 ? process.argv.slice(2) : ["wx", "rpc", "--login"];
const wx = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
for await (const line of createInterface({ input: wx.stdout })) {
  const event = JSON.parse(line).params ?? {};
  if (event.type === "qr") console.log("scan", event.url);
  if (event.type !== "message" || event.text !== "ping") continue;
  const params = { to: event.chat, text: "pong" };
  wx.stdin.write(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "send_text", params }) + "\n");
}
