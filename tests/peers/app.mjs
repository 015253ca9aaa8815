// Apps made with masto.js, the library of Elk and Phanpy, one a token, told what to do over a port of their own.
// app.mjs SERVER: prints {"control": ...} and runs until its input ends.
import { createServer } from 'node:http';
import { createRestAPIClient, createStreamingAPIClient } from 'masto';

const url = process.argv[2];
const apps = new Map(); // by token
const heard = [];

function rest(accessToken) {
  if (!apps.has(accessToken)) apps.set(accessToken, createRestAPIClient({ url, accessToken }));
  return apps.get(accessToken);
}

// ["v1", "statuses", {"$select": "1"}, "favourite"] is rest.v1.statuses.$select("1").favourite.
function find(token, path) {
  return path.reduce((at, part) => (typeof part === 'string' ? at[part] : at.$select(part.$select)), rest(token));
}

const commands = {
  async call({ token, path, args = [] }) {
    try {
      return { answer: (await find(token, path)(...args)) ?? null };
    } catch (fault) {
      if (fault.name !== 'MastoHttpError') throw fault;
      return { status: fault.statusCode, sentence: fault.message };
    }
  },
  // Page after page, as the library follows the Link header.
  async pages({ token, path, args = [] }) {
    const pages = [];
    for await (const page of find(token, path)(...args)) pages.push(page);
    return pages;
  },
  async photo({ token, data, description }) {
    return rest(token).v2.media.create({ file: new Blob([Buffer.from(data, 'base64')], { type: 'image/jpeg' }), description });
  },
  async listen({ token, streaming }) {
    const socket = createStreamingAPIClient({ streamingApiUrl: streaming, accessToken: token, implementation: WebSocket });
    const events = socket.user.subscribe();
    (async () => {
      for await (const event of events) heard.push(event);
    })();
    return {};
  },
  async heard() {
    return heard;
  },
};

const control = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  try {
    const said = await commands[request.url.slice(1)](JSON.parse(Buffer.concat(parts).toString()));
    response.end(JSON.stringify(said));
  } catch (fault) {
    response.statusCode = 500;
    response.end(fault.stack);
  }
});

control.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ control: control.address().port })));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
