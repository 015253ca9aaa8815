// activitypub-bot with one bot, told what to do over a second port. bot.mjs [ORIGIN]: as fedify.mjs. Its rows go to the PostgreSQL
// that PGHOST names.
import './bot-words.cjs';
import { createServer } from 'node:http';
import { Bot, makeApp } from '@evanp/activitypub-bot';

const seen = [];

class Clerk extends Bot {
  get fullname() { return 'Clerk'; }
  get context() { return this._context; }
  async handleActivity(activity) {
    if (!seen.some((a) => a.id === activity.id)) seen.push(await activity.export());
    return false; // and then what it would do anyway
  }
  // What is for everybody and for nobody of here comes this way alone.
  onPublic(activity) {
    return this.handleActivity(activity);
  }
  async onMention(object) {
    await this._context.sendReply('OK', object);
  }
}

function listen(server) {
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
}

let app;
const outside = createServer((request, response) => app(request, response));
const port = await listen(outside);
const origin = process.argv[2] ?? `http://127.0.0.1:${port}`;
const clerk = new Clerk('clerk');
app = await makeApp({ databaseUrl: `postgres:///postgres?host=${encodeURIComponent(process.env.PGHOST)}&user=${process.env.PGUSER}`, origin, bots: { clerk },
  logLevel: process.env.BOT_LOG ?? 'silent', allowPrivateNetworkRequests: true, deliveryWorkerCount: 1, distributionWorkerCount: 1,
  fanoutWorkerCount: 1, intakeWorkerCount: 1 });
const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';
const object = async (id) => clerk.context.getObject(id);

const commands = {
  seen: () => seen,
  forget: () => { seen.length = 0; return {}; },
  follow: async ({ id }) => { await clerk.context.followActor(await object(id)); return {}; },
  unfollow: async ({ id }) => { await clerk.context.unfollowActor(await object(id)); return {}; },
  block: async ({ id }) => { await clerk.context.blockActor(await object(id)); return {}; },
  say: async ({ content, to }) => ({ id: (await clerk.context.sendNote(content, { to: to ?? PUBLIC, cc: `${origin}/user/clerk/followers` })).id }),
  edit: async ({ id, content }) => { await clerk.context.updateNote(await object(id), content); return {}; },
  remove: async ({ id }) => { await clerk.context.deleteNote(await object(id)); return {}; },
  reply: async ({ id, content }) => ({ id: (await clerk.context.sendReply(content, await object(id))).id }),
  like: async ({ id }) => { await clerk.context.likeObject(await object(id)); return {}; },
  unlike: async ({ id }) => { await clerk.context.unlikeObject(await object(id)); return {}; },
  announce: async ({ id }) => { await clerk.context.announceObject(await object(id)); return {}; },
  unannounce: async ({ id }) => { await clerk.context.unannounceObject(await object(id)); return {}; },
  webfinger: async ({ name }) => ({ id: await clerk.context.toActorId(name) }),
};

async function bytes(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

const inside = createServer(async (request, response) => {
  try {
    const said = JSON.stringify(await commands[request.url.slice(1)](JSON.parse(await bytes(request) || '{}')) ?? null);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(said);
  } catch (error) {
    response.writeHead(500, { 'Content-Type': 'text/plain' }).end(String(error?.stack ?? error));
  }
});
console.log(JSON.stringify({ port, control: await listen(inside) }));
process.stdin.on('end', () => process.exit(0)).resume();
