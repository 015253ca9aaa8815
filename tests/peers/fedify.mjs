// A server made with Fedify, told what to do over a second port: who lives there, what they send, what came, what they see.
// fedify.mjs ORIGIN: listens on loopback, prints {"port": ..., "control": ...} and runs until its input ends.
import { createServer } from 'node:http';
import { createFederation, generateCryptoKeyPair, MemoryKvStore } from '@fedify/fedify';
import { Activity, Endpoints, Image, LikeAuthorization, Note, Object as ASObject, Person, Question, QuoteAuthorization, ReplyAuthorization } from '@fedify/vocab';

let origin = process.argv[2];
const people = new Map();
const things = new Map(); // address -> document
const seen = [];

function setUp() {
  const federation = createFederation({ kv: new MemoryKvStore(), origin, allowPrivateAddress: true });
  federation
    .setActorDispatcher('/users/{identifier}', async (ctx, name) => {
      const person = people.get(name);
      if (!person) return null;
      const keys = await ctx.getActorKeyPairs(name);
      return new Person({
        id: ctx.getActorUri(name), preferredUsername: name, name: person.name ?? name, summary: person.summary,
        inbox: ctx.getInboxUri(name), outbox: ctx.getOutboxUri(name), followers: ctx.getFollowersUri(name),
        endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }), url: new URL(`/@${name}`, origin),
        publicKey: keys[0].cryptographicKey, assertionMethods: keys.map((k) => k.multikey),
        featured: ctx.getFeaturedUri(name), aliases: (person.aliases ?? []).map((a) => new URL(a)), icon: person.icon && new Image({ url: new URL(person.icon), mediaType: 'image/png' }),
      });
    })
    .setKeyPairsDispatcher((_, name) => people.get(name)?.keys ?? []);
  federation.setInboxListeners('/users/{identifier}/inbox', '/inbox').on(Activity, async (ctx, activity) => {
    seen.push({ to: ctx.recipient, activity: await activity.toJsonLd({ contextLoader: ctx.contextLoader }) });
  });
  federation.setOutboxDispatcher('/users/{identifier}/outbox', () => ({ items: [] }));
  federation.setFollowersDispatcher('/users/{identifier}/followers', () => ({ items: [] }));
  federation.setFeaturedDispatcher('/users/{identifier}/featured', () => ({ items: [] }));
  const dispatch = (kind, path) => federation.setObjectDispatcher(kind, path, (ctx, { id }) => {
    const document = things.get(new URL(path.replace('{id}', id), origin).href);
    return document ? kind.fromJsonLd(document, { documentLoader: ctx.documentLoader, contextLoader: ctx.contextLoader }) : null;
  });
  dispatch(Note, '/notes/{id}');
  dispatch(Question, '/polls/{id}');
  dispatch(QuoteAuthorization, '/stamps/{id}');
  dispatch(LikeAuthorization, '/stamps/likes/{id}');
  dispatch(ReplyAuthorization, '/stamps/replies/{id}');
  return federation;
}

let federation = setUp();

async function bytes(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

const outside = createServer(async (request, response) => {
  const body = ['GET', 'HEAD'].includes(request.method) ? undefined : await bytes(request);
  const answer = await federation.fetch(new Request(new URL(request.url, origin), { method: request.method, headers: request.headers, body }), {
    contextData: undefined, onNotAcceptable: () => new Response('a page', { status: 406 }),
  });
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
});

const commands = {
  origin({ url }) {
    origin = url;
    federation = setUp();
    return {};
  },
  async person({ name, ...rest }) {
    people.set(name, { ...people.get(name), ...rest });
    people.get(name).keys ??= [await generateCryptoKeyPair('RSASSA-PKCS1-v1_5'), await generateCryptoKeyPair('Ed25519')];
    return { id: new URL(`/users/${name}`, origin).href };
  },
  keep(document) {
    things.set(document.id, document);
    return document;
  },
  drop({ id }) {
    things.delete(id);
    return {};
  },
  async send({ from, inbox, shared, recipient, activity }) {
    const ctx = federation.createContext(new URL(origin), undefined);
    const made = await Activity.fromJsonLd(activity, { documentLoader: ctx.documentLoader, contextLoader: ctx.contextLoader });
    await ctx.sendActivity({ identifier: from }, [{ id: new URL(recipient), inboxId: new URL(inbox),
      endpoints: shared ? { sharedInbox: new URL(shared) } : null }], made, { immediate: true, preferSharedInbox: Boolean(shared) });
    return {};
  },
  // As somebody there sees a name or an address: fetched with that person's signature.
  async see({ from, what }) {
    const ctx = federation.createContext(new URL(origin), undefined);
    const documentLoader = await ctx.getDocumentLoader({ identifier: from });
    const found = await ctx.lookupObject(what, { documentLoader });
    return found instanceof ASObject ? found.toJsonLd({ contextLoader: ctx.contextLoader }) : null;
  },
  seen: () => seen,
  forget() {
    seen.length = 0;
    return {};
  },
};

const inside = createServer(async (request, response) => {
  try {
    const said = JSON.stringify(await commands[request.url.slice(1)](JSON.parse(await bytes(request) || '{}')) ?? null);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(said);
  } catch (error) {
    response.writeHead(500, { 'Content-Type': 'text/plain' }).end(String(error?.stack ?? error));
  }
});

outside.listen(0, '127.0.0.1', () => {
  origin ??= `http://127.0.0.1:${outside.address().port}`;
  federation = setUp();
  inside.listen(0, '127.0.0.1', () => {
    console.log(JSON.stringify({ port: outside.address().port, control: inside.address().port }));
  });
});
process.stdin.on('end', () => process.exit(0)).resume();
