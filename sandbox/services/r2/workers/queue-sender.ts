/**
 * The binding of a queue's producer as Workers see it (https://developers.cloudflare.com/queues/configuration/javascript-apis/): Miniflare's
 * own keeps messages in memory only. JavaScript, since it runs in workerd beside the Worker.
 */
export const queueSenderScript = `
function packed(body, { contentType = "json", delaySeconds } = {}) {
  if (contentType === "json") return { contentType, body: JSON.stringify(body), delaySeconds };
  if (contentType === "text") return { contentType, body: String(body), delaySeconds };
  if (contentType === "bytes") {
    const bytes = ArrayBuffer.isView(body) ? new Uint8Array(body.buffer, body.byteOffset, body.byteLength) : new Uint8Array(body);
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return { contentType, body: btoa(text), delaySeconds };
  }
  throw new TypeError("the sandbox's queues take the content types json, text and bytes, not " + contentType);
}
export default function (env) {
  const post = async (messages) => {
    const response = await env.sink.fetch("http://queues" + env.path, { method: "POST", body: JSON.stringify(messages) });
    if (!response.ok) throw new Error("Queue sendBatch failed: " + response.status + " " + (await response.text()));
  };
  return {
    send: (body, options) => post([packed(body, options)]),
    sendBatch: (messages, options = {}) => post([...messages].map(({ body, ...own }) => packed(body, { ...options, ...own }))),
  };
}
`;
