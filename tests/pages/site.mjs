// A server with a few people and posts on it, and a browser to look at it with. Used by the page tests and by pictures.mjs.
import { spawn, spawnSync } from 'node:child_process';
import { createECDH, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, openSync } from 'node:fs';
import { createServer as createSite } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium } from 'playwright-core';

const here = new URL('.', import.meta.url).pathname;
const program = resolve(process.env.TIDINGS ?? 'build/release/tidings');
const photos = join(here, 'photos');

function freePort() {
  return new Promise((done) => {
    const s = createServer().listen(0, '127.0.0.1', () => {
      const { port } = s.address();
      s.close(() => done(port));
    });
  });
}

export class Site {
  async start(port) {
    this.place = mkdtempSync(join(tmpdir(), 'tidings-pages-'));
    this.port = port ?? (await freePort());
    this.url = `http://127.0.0.1:${this.port}`;
    this.environment = { ...process.env, TIDINGS_URL: this.url, TIDINGS_RATE_LIMITS: 'off', TIDINGS_TITLE: 'Alder Lane',
      TIDINGS_DESCRIPTION: 'A small place for the people of Alder Lane.', TIDINGS_NEW_ACCOUNTS_APPROVE_FOLLOWERS: 'no',
      TIDINGS_FEDERATION_ALLOW_PRIVATE_ADDRESSES: 'yes', TIDINGS_LINK_PREVIEW_DELAY: '0', TIDINGS_CONTACT_EMAIL: 'keeper@alder.example' };
    const log = openSync(join(this.place, 'log'), 'a');
    this.process = spawn(program, ['serve', '--data', join(this.place, 'data'), '--listen', `127.0.0.1:${this.port}`, '--url', this.url],
      { env: this.environment, stdio: ['ignore', log, log] });
    for (let i = 0; i < 400; i++) {
      try {
        if ((await fetch(`${this.url}/health`)).ok) return this;
      } catch { /* not listening yet */ }
      await wait(25);
    }
    this.process.kill('SIGKILL');
    throw new Error('the server did not start:\n' + readFileSync(join(this.place, 'log'), 'utf8').split('\n').slice(-30).join('\n'));
  }

  stop() {
    this.neighbour?.close();
    this.process.kill('SIGTERM');
    rmSync(this.place, { recursive: true, force: true });
  }

  // A site elsewhere with one page, for a post to link to.
  async elsewhere() {
    const picture = readFileSync(join(photos, 'lake.webp'));
    this.neighbour = createSite((request, answer) => {
      const page = request.url === '/soup';
      answer.writeHead(200, { 'Content-Type': page ? 'text/html; charset=utf-8' : 'image/webp' });
      answer.end(page ? '<html lang="en"><meta property="og:title" content="Barley soup, the long way"><meta property="og:description" ' +
        'content="Start the evening before."><meta property="og:image" content="/soup.webp"><meta property="og:image:alt" content="A pot.">' +
        '<meta property="og:site_name" content="The Kitchen Table">' : picture);
    });
    await new Promise((done) => this.neighbour.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${this.neighbour.address().port}/soup`;
  }

  command(...words) {
    const options = typeof words.at(-1) === 'object' ? words.pop() : {};
    const done = spawnSync(program, [...words, '--data', join(this.place, 'data')], { env: this.environment, encoding: 'utf8', ...options });
    if (done.status !== 0) throw new Error(`tidings ${words.join(' ')}: ${done.status}\n${done.stdout}${done.stderr}`);
    return done.stdout.trim();
  }

  // The same person with a token for what moderators do.
  async admin(person) {
    const token = this.command('token', 'create', person.name, '--scopes', 'read write admin:read admin:write');
    return Object.assign(Object.create(Object.getPrototypeOf(person)), person, { token });
  }

  person(name, displayName, role = 'member') {
    const email = `${name}@mail.example`;
    const password = 'correct horse 4';
    this.command('account', 'create', name, '--email', email, '--role', role, '--password-stdin', { input: password + '\n' });
    return new Person(this, name, displayName, email, password, this.command('token', 'create', name, '--scopes', 'read write follow push'));
  }
}

class Person {
  constructor(site, name, displayName, email, password, token) {
    Object.assign(this, { site, name, displayName, email, password, token });
  }

  async call(method, path, body) {
    const headers = { Authorization: `Bearer ${this.token}` };
    if (body && !(body instanceof FormData)) {
      headers['Content-Type'] = 'application/json';
      body = JSON.stringify(body);
    }
    const answer = await fetch(this.site.url + path, { method, headers, body });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  async introduce(note, fields = []) {
    await this.call('PATCH', '/api/v1/accounts/update_credentials', { display_name: this.displayName, note, fields_attributes: fields });
    this.id = (await this.call('GET', '/api/v1/accounts/verify_credentials')).id;
  }

  async portrait(file) {
    const form = new FormData();
    form.set('avatar', new Blob([readFileSync(join(photos, file))], { type: 'image/webp' }), 'portrait.webp');
    await this.call('PATCH', '/api/v1/accounts/update_credentials', form);
  }

  async photo(file, description) {
    const form = new FormData();
    form.set('file', new Blob([readFileSync(join(photos, file))], { type: 'image/webp' }), 'photo.webp');
    form.set('description', description);
    return (await this.call('POST', '/api/v2/media', form)).id;
  }

  say(status, more = {}) {
    return this.call('POST', '/api/v1/statuses', { status, visibility: 'public', ...more });
  }

  answer(post, status, more = {}) {
    return this.say(status, { in_reply_to_id: post.id, ...more });
  }

  do(post, verb) {
    return this.call('POST', `/api/v1/statuses/${post.id}/${verb}`);
  }

  follow(other) {
    return this.call('POST', `/api/v1/accounts/${other.id}/follow`);
  }

  // An app of theirs that asks to be woken.
  wake() {
    const keys = { p256dh: createECDH('prime256v1').generateKeys('base64url'), auth: randomBytes(16).toString('base64url') };
    return this.call('POST', '/api/v1/push/subscription', { subscription: { endpoint: 'http://push.example/1', keys } });
  }
}

// Four people of an invented lane, a story with photos, comments, a note and a poll.
export async function settle(site) {
  const maren = site.person('maren', 'Maren Holt', 'owner');
  const wanda = site.person('wanda', 'Wanda Pietrzyk');
  const joaquim = site.person('joaquim', 'Joaquim Sabrosa');
  const nuala = site.person('nuala', 'Nuala Farrow');
  await maren.introduce('Apples, mostly. The ladder is always where you left it.', [{ name: 'Orchard', value: 'https://orchard.example' }]);
  await wanda.introduce('Nurse, knitter, early riser.');
  await joaquim.introduce('Boats, and the weather that goes with them.', [{ name: 'Boat diary', value: 'https://bruma.example' }]);
  await nuala.introduce('');
  await maren.portrait('apple.webp');
  await joaquim.portrait('boat.webp');
  for (const a of [maren, wanda, joaquim, nuala]) for (const b of [maren, wanda, joaquim, nuala]) if (a !== b) await a.follow(b);
  await nuala.say('The first frost came tonight. The dahlias knew before I did.', { visibility: 'unlisted' });
  const boats = await joaquim.say('I will stop fishing at the end of the month. It is my hands that decided. They have been stiff all autumn, and ' +
    'on the water one has to be able to trust them.\n\nThe boat stays. Somebody will want to learn on her.', {
    media_ids: [await joaquim.photo('harbour.webp', 'Three small boats at their moorings at dusk, the water nearly still.'),
      await joaquim.photo('lake.webp', 'A jetty on a still lake.')] });
  const thanks = await wanda.answer(boats, 'She taught my brother as well. I will come by on Sunday with soup.');
  await joaquim.answer(thanks, '@wanda Sunday is good. Bring the brother.');
  await nuala.answer(boats, 'The lake will be quieter without you on it at five in the morning.');
  await maren.do(boats, 'favourite');
  const orchard = await maren.say('The last row is picked. Come and take what you can carry. #apples', {
    media_ids: [await maren.photo('orchard.webp', 'Apple trees in rows on a slope in late light. A ladder leans on the last tree.')] });
  await wanda.do(orchard, 'reblog');
  const linked = await wanda.say(`This one, for Sunday: ${await site.elsewhere()}`);
  for (let i = 0; i < 400 && !(await wanda.call('GET', `/api/v1/statuses/${linked.id}`)).card?.width; i++) await wait(25);
  const noted = await wanda.say('He slept through the night. We did not; we watched him sleep.', { spoiler_text: 'Hospital, good news' });
  const poll = await nuala.say('When shall we press the cider?', { poll: { options: ['Saturday', 'Sunday', 'When it rains'], expires_in: 86400 } });
  await joaquim.answer(orchard, '@maren I will bring the cart.');
  const news = await waiting(site, { maren, wanda, joaquim, nuala });
  await moderate(site, { maren, wanda, joaquim, nuala }, boats);
  await remembered(site, { maren, wanda });
  return { people: { maren, wanda, joaquim, nuala }, posts: { boats, orchard, noted, poll, thanks, news } };
}

// Rows that no app and no page can write.
function put(site, text) {
  const done = spawnSync('python3', ['-c', 'import sqlite3, sys; db = sqlite3.connect(sys.argv[1], timeout=20); db.execute(sys.argv[2]); db.commit()',
    join(site.place, 'data', 'tidings.db'), text], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(done.stderr);
}

// The account of somebody who has died, which maren looks after, and a day that she remembers. Elsa's is told of and not confirmed.
async function remembered(site, { maren, wanda }) {
  const elsa = site.person('elsa', 'Elsa Lind'), tove = site.person('tove', 'Tove Dahl');
  await elsa.introduce('Bees, mostly.');
  await tove.introduce('Knots.');
  await elsa.say('The first swallows.');
  put(site, `INSERT INTO memorial (id, account, state, first_by, first_at, begins_at, began_at, words, created_at) VALUES (1, ${elsa.id}, 2, ${maren.id}, 1, 2, ${Date.now()}, 'She kept the bees.', 1)`);
  put(site, `INSERT INTO memorial (id, account, created_at) VALUES (2, ${tove.id}, 1)`);
  put(site, `INSERT INTO memorial_report (id, memorial, name, email, words, link, created_at) VALUES (1, 2, 'Vera', 'vera@mail.example', 'I was at the funeral.', 'https://paper.example/notice', 1)`);
  put(site, `UPDATE account SET memorial = 1 WHERE id = ${elsa.id}`);
  put(site, `INSERT INTO steward (id, account, steward, named_by, state, created_at) VALUES (1, ${elsa.id}, ${maren.id}, ${elsa.id}, 1, 1), (2, ${wanda.id}, ${maren.id}, ${wanda.id}, 0, 1), (3, ${maren.id}, ${wanda.id}, ${maren.id}, 1, 1)`);
  put(site, `INSERT INTO tribute (id, account, writer, words, state, created_at) VALUES (1, ${elsa.id}, ${wanda.id}, 'She taught me to graft.', 1, 1), (2, ${elsa.id}, ${wanda.id}, 'And to wait.', 0, 1)`);
  put(site, `INSERT INTO steward_act (id, memorial, actor, act, became, at) VALUES (1, 1, ${maren.id}, 0, 'She kept the bees.', 1)`);
  put(site, `INSERT INTO remembered_day (id, account, subject, name, words, length, month, day, note, pinned, ends_at, created_at) VALUES (1, ${maren.id}, ${maren.id}, 'Tobias’s birthday', 'He would be ninety.', 0, 5, 3, 1, 1, ${Date.now() + 86400000}, 1)`);
  put(site, `UPDATE login SET remembers = 1 WHERE account = ${maren.id}`);
}

// Hard news, with comments that wait and one that is shown, letters and a pinned thank-you. No app can say that a post is
// hard news, so its preset is written into the database, as the composer would.
async function waiting(site, { maren, wanda, joaquim, nuala }) {
  const sql = (text) => put(site, text);
  sql(`UPDATE login SET preset = 2 WHERE account = ${maren.id}`);
  const news = await maren.say('My father died on Tuesday, at home, with the window open. You may write here; I will read it when I can.');
  sql(`UPDATE login SET preset = 0 WHERE account = ${maren.id}`);
  const shown = await wanda.answer(news, 'He taught me to prune. I will bring soup, and go again.');
  await joaquim.answer(news, 'I can drive on Fridays.');
  await nuala.answer(news, 'I keep thinking of him on that ladder.');
  await maren.do(shown, 'favourite');
  sql('INSERT INTO letter (id, thread, owner, sender, name, text, created_at) SELECT ' + `${news.id} + 1, ${news.id}, ${maren.id}, ${joaquim.id}, ` +
    "'Joaquim Sabrosa', 'Dear Maren,' || char(10) || char(10) || 'nothing to answer. I only wanted you to have this.', created_at FROM account WHERE id = " + maren.id);
  return news;
}

// Something on each page of those who look after the server, and of those they looked after.
async function moderate(site, { maren, wanda, joaquim, nuala }, boats) {
  site.command('server', 'refuse', 'adverts.example');
  const admin = await site.admin(maren);
  const report = await wanda.call('POST', '/api/v1/reports', { account_id: joaquim.id, status_ids: [boats.id], comment: 'Only to show this page.' });
  await admin.call('POST', `/api/v1/admin/reports/${report.id}/assign_to_self`);
  await admin.call('POST', `/api/v1/admin/accounts/${nuala.id}/action`, { type: 'none', text: 'Please describe your photos.' });
  await admin.call('POST', '/api/v1/admin/email_domain_blocks', { domain: 'trash.example' });
  await admin.call('POST', '/api/v1/admin/ip_blocks', { ip: '192.0.2.0/24', severity: 'sign_up_block', comment: 'A flood.' });
  await maren.call('POST', '/api/v2/filters', { title: 'Sweets', context: ['home'], keywords_attributes: [{ keyword: 'marzipan' }] });
  await maren.call('POST', '/api/v1/domain_blocks', { domain: 'loud.example' });
  await wanda.say('@maren The key is under the pot.', { visibility: 'direct' });
}

export function browse() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
  });
}

export async function signIn(page, site, person) {
  await page.goto(site.url + '/sign-in');
  await page.fill('input[name=name]', person.email);
  await page.fill('input[name=password]', person.password);
  await Promise.all([page.waitForNavigation(), page.press('input[name=password]', 'Enter')]);
}

// A journal with a post, a way to help, and somebody who is asked to write in it; made on its own pages by who is signed in.
export async function journal(page, site, other) {
  const send = (button) => Promise.all([page.waitForNavigation(), page.click(button)]);
  await page.goto(site.url + '/journals/new');
  await page.fill('input[name=name]', 'A year of the orchard');
  await page.fill('input[name=username]', 'orchard_year');
  await page.fill('textarea[name=words]', 'What the trees did, and what we did.');
  await page.check('#reach-public');
  await page.click('summary:has-text("In memory")');
  await page.fill('input[name=memory]', 'Tobias Holt');
  await page.fill('input[name=memory_to]', 'spring 2024');
  await send('button:has-text("Start it")');
  await page.click('a:has-text("Write in it")');
  await page.fill('textarea[name=text]', 'Pruned until dusk.');
  await send('button[value=send]');
  await page.goto(site.url + '/@orchard_year/journal/ways');
  await page.fill('input[name=label]', 'Pick apples');
  await page.fill('input[name=link]', 'https://pickrota.example/holt');
  await page.fill('textarea[name=words]', 'Any afternoon before the frost.');
  await send('button[value=put]');
  await page.goto(site.url + '/@orchard_year/journal/owners');
  await page.fill('input[name=who]', other.name);
  await send('button[value=invite]');
}
