// Every page, found by following links from the front page as a visitor and as a member: axe in light and dark, no sideways
// scrolling at 320 px, everything by keyboard with a visible focus, and the same words without JavaScript.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { Site, browse, journal, settle, signIn } from './site.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const site = new Site();
let browser, place, pages, veiled;

// One address of a kind is enough: ids and names are folded away.
function kind(path) {
  return path.replace(/\?.*/, '').replace(/\d{6,}/g, 'N').replace(/\/@[^/]+/g, '/@NAME').replace(/\/tags\/[^/]+/, '/tags/T').replace(/\/(help|invite)\/[^/]+/, '/$1/X');
}

async function crawl(context, starts) {
  const seen = new Map();
  const asked = new Set(starts); // each of these is looked at for itself: posts with photos, a poll, a note
  const queue = [...starts];
  const page = await context.newPage();
  while (queue.length && seen.size < 160) {
    const path = queue.shift();
    const as = asked.has(path) ? path : kind(path);
    if (seen.has(as)) continue;
    const answer = await page.goto(site.url + path);
    if (!(answer.headers()['content-type'] ?? '').startsWith('text/html')) continue;
    const landed = new URL(page.url()).pathname;
    assert.ok(answer.status() < 500, `${path}: ${answer.status()}`);
    if (answer.status() >= 400 && !path.startsWith('/nothing')) assert.fail(`a link leads to ${path}, which answers ${answer.status()}`);
    seen.set(as, path);
    if (kind(landed) !== kind(path)) continue;
    const links = await page.$$eval('a[href]', (all) => all.map((a) => a.getAttribute('href')));
    for (const link of links) {
      const url = new URL(link, page.url());
      if (url.origin === site.url && !url.pathname.startsWith('/media/') && !/\.(atom|csv|zip)$|\/copy$|^\/keepsake\/\d/.test(url.pathname)) queue.push(url.pathname + url.search);
    }
  }
  await page.close();
  return [...seen.values()];
}

before(async () => {
  await site.start();
  place = await settle(site);
  browser = await browse();
  const path = (post) => new URL(post.url).pathname;
  const shared = ['/', '/about', '/help', '/@maren', '/@joaquim', path(place.posts.boats), path(place.posts.poll), path(place.posts.noted), path(place.posts.news),
    '/support', '/nothing-here', '/tags/apples', '/@orchard_year', '/@orchard_year/photos', '/@maren/journals', '/@elsa', '/@elsa/tributes', '/@joaquim/died'];
  const out = await browser.newContext();
  const inside = await browser.newContext();
  const first = await inside.newPage();
  await signIn(first, site, place.people.maren);
  await journal(first, site, place.people.joaquim);
  await place.people.maren.wake();
  const waiting = await pause(first);
  const frame = await openFrame(first, path(place.posts.orchard));
  veiled = path(await veil(first, place.people.maren));
  const album = await albums(first);
  await keepsakes(first);
  const rest = await care(first);
  pages = {
    visitor: { context: out, paths: await crawl(out, ['/sign-in', '/sign-up', new URL(site.command('invite', 'create')).pathname, frame, veiled, '/@maren/photos', `/@maren/albums/${album}`, ...shared]) },
    member: { context: inside, paths: await crawl(inside, ['/home', '/compose', '/notifications', '/settings', '/search?q=apples', '/quiet-inbox', '/quiet-inbox?pile=followed', '/quiet-inbox?pile=letters', waiting, '/journals', '/journals/new',
      '/@orchard_year/journal', '/@orchard_year/journal/owners', '/@orchard_year/journal/readers', '/@orchard_year/journal/ways', '/@orchard_year/journal/albums',
      veiled, veiled + '/edit', '/@maren/photos', '/albums', `/albums/${album}`, `/albums/${album}/add`, `/@maren/albums/${album}`, path(place.posts.orchard) + '/ways', '/write?quote=' + place.posts.orchard.id, path(place.posts.orchard) + '/earlier', '/settings/quiet', '/settings/people', '/keepsake', '/keepsake/new', '/settings/export', '/settings/move', '/settings/leave',
      '/settings/people/keeper', '/settings/people/steward', '/settings/days', '/settings/days/new', '/@joaquim/died', '/@joaquim/days', '/@elsa/steward', '/@elsa/steward/ways', '/moderation/memorials', '/digest', '/strangers', '/waited', '/pauses', '/pauses/new', rest, '/reminders', path(place.posts.boats) + '/remind',
      '/moderation/support', '/moderation/topics', '/moderation/hard-news', ...shared]) },
  };
  console.log(`# visitor: ${pages.visitor.paths.join(' ')}\n# member: ${pages.member.paths.join(' ')}`);
});

after(async () => {
  await browser?.close();
  site.stop();
});

// Hard news waits before it leaves; the address of its page.
async function pause(page) {
  await page.goto(site.url + '/write');
  await page.check('input[name=preset][value="2"]');
  await page.fill('#text', 'We said goodbye to her on Friday.');
  await page.click('button[value=preset]');
  await page.click('button[value=send]');
  await page.click('button[value=longer]');
  return new URL(page.url()).pathname;
}

// A post with a veiled photo under the words and an open one.
async function veil(page, maren) {
  const post = await maren.say('Two of the lake.', { media_ids: [await maren.photo('lake.webp', 'A jetty on a still lake.'),
    await maren.photo('harbour.webp', 'Boats at dusk.')] });
  await page.goto(`${new URL(post.url).pathname}/edit`.replace(/^/, site.url));
  await page.selectOption('#veil1', 'all');
  await page.fill('#sentence1', 'Where we said goodbye to her.');
  await page.click('summary:has-text("Caption and crop of photo 2")');
  await page.fill('#caption2', 'The harbour the evening before, as long as a caption may well be when somebody has something to tell about it.');
  await page.click('button[value=send]');
  return post;
}

// A book that is made, and what would be in another one; both are looked at where they stand.
async function keepsakes(page) {
  await page.goto(site.url + '/keepsake/new');
  await page.fill('#title', 'The year of the orchard');
  await page.click('button[value=look]');
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`), []);
  await page.setViewportSize({ width: 320, height: 800 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 320), 'the preview scrolls sideways at 320 px');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.click('button[value=make]');
  for (let i = 0; i < 100 && !(await page.$('main a[href*="/keepsake/"]:has-text("Download")')); i++) {
    await page.waitForTimeout(100);
    await page.goto(site.url + '/keepsake');
  }
  assert.ok(await page.$('main a:has-text("Download")'), 'the book is made');
}

// An album of all there is, and a profile that begins with its photos; its number.
async function albums(page) {
  await page.goto(site.url + '/settings/profile');
  await page.check('#gallery');
  await page.click('main form button:has-text("Save")');
  await page.goto(site.url + '/albums');
  await page.fill('#title', 'The lake and the orchard, through the year');
  await page.fill('#words', 'In no order but ours.');
  await page.click('button[value=make]');
  for (const box of await page.$$('input[name="media[]"]')) await box.check();
  await page.click('button:has-text("Add to the album")');
  return new URL(page.url()).pathname.split('/')[2];
}

// A rest from a topic, a reminder, a post put away, and who helps; the address of the rest.
async function care(page) {
  const path = new URL(place.posts.boats.url).pathname;
  await page.goto(site.url + '/moderation/support');
  const form = page.locator('form').filter({ has: page.locator('button[value=add]') });
  await form.locator('input[name=country]').fill('Ireland');
  await form.locator('input[name=name]').fill('The Listening Line');
  await form.locator('textarea[name=words]').fill('Somebody listens, day and night.');
  await form.locator('input[name=link]').fill('https://listen.example/talk');
  await form.locator('button[value=add]').click();
  await page.goto(`${site.url}${path}/remind`);
  await page.click('button[value=set]');
  await page.goto(site.url + path);
  await page.$$eval('details', (all) => all.forEach((d) => { d.open = true; }));
  await page.click('button[value=noboosts]');
  await page.goto(site.url + '/pauses/new');
  await page.check('label:has-text("Food and dieting")');
  await page.fill('input[name=spared]', 'joaquim');
  await page.click('button[value=begin]');
  return new URL(await page.locator('main a[href^="/pauses/"]:not([href$=new])').first().getAttribute('href'), site.url).pathname;
}

// A post that other sites may show in a frame; the address of the frame.
async function openFrame(page, post) {
  await page.goto(`${site.url}${post}/presets`);
  await page.$$eval('details', (all) => all.forEach((d) => { d.open = true; }));
  await page.check('#sw_embeds');
  await page.click('button[value=save]');
  return `${post}/embed`;
}

// Calls look(page, path) on each page of both people, two at a time; failures are gathered so that one run tells all of them.
async function everywhere(look, options = {}) {
  const faults = [];
  const rest = Object.entries(pages).flatMap(([who, { context, paths }]) => paths.map((path) => ({ who, context, path })));
  const lane = async () => {
    let page, whose, own;
    for (let next; (next = rest.shift());) {
      const { who, context, path } = next;
      if (who !== whose) {
        await page?.close();
        own = options.context ? await browser.newContext({ ...options.context, storageState: await context.storageState() }) : context;
        page = await own.newPage();
        whose = who;
        if (options.size) await page.setViewportSize(options.size);
        if (options.scheme) await page.emulateMedia({ colorScheme: options.scheme });
      }
      await page.goto(site.url + path);
      for (const fault of await look(page, path, who)) faults.push(`${who} ${path}: ${fault}`);
    }
    await page?.close();
  };
  await Promise.all([lane(), lane()]);
  assert.equal(faults.length, 0, '\n' + faults.join('\n'));
}

test('there are enough pages to speak of every page', () => {
  assert.ok(pages.visitor.paths.length >= 9, pages.visitor.paths.join(' '));
  assert.ok(pages.member.paths.length >= 14, pages.member.paths.join(' '));
});

// Colours hang on the scheme, places on the width: two runs meet all of both, PAGES_ALL=1 every pair.
const looks = [['light', 360], ['dark', 1280], ...(process.env.PAGES_ALL ? [['light', 1280], ['dark', 360]] : [])];
for (const [scheme, width] of looks) {
  test(`axe finds nothing in ${scheme} at ${width} px`, () => everywhere(async (page) => {
    await page.$$eval('details', (all) => all.forEach((d) => { d.open = true; }));
    await page.evaluate(axe);
    const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
    return found.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join('; ')}`);
  }, { scheme, size: { width, height: 900 } }));
}

for (const [name, size] of [['320 px', { width: 320, height: 640 }], ['320 x 256, which is 1280 x 1024 at 400 %', { width: 320, height: 256 }]]) {
  test(`nothing scrolls sideways at ${name}`, () => everywhere(async (page) => {
    await page.$$eval('details', (all) => all.forEach((d) => { d.open = true; }));
    return page.evaluate(() => {
      const wide = document.documentElement.scrollWidth;
      if (wide <= innerWidth) return [];
      const far = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1);
      return [`${wide} px wide: ${far.slice(0, 3).map((e) => `${e.tagName.toLowerCase()}.${e.className}`).join(', ')}`];
    });
  }, { size }));
}

test('everything is reached by keyboard, with a focus that shows and is not covered', () => everywhere(async (page) => {
  const want = await page.evaluate(() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
    .filter((e) => !e.disabled && e.tabIndex >= 0 && e.checkVisibility() && !(e.type === 'radio' && !e.checked)).length);
  const faults = [];
  const seen = new Set();
  await page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0); });
  for (let i = 0; i < want * 2 + 5; i++) { // a date is several places to stop at
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      if (!e || e === document.body) return null;
      globalThis.order ??= new Map();
      if (!globalThis.order.has(e)) globalThis.order.set(e, globalThis.order.size);
      const style = getComputedStyle(e);
      const box = e.getClientRects()[0] ?? e.getBoundingClientRect(); // of a link over two lines: the first
      const label = e.matches('input') && getComputedStyle(e).opacity === '0' ? e.labels?.[0] : null;
      const shown = label ? getComputedStyle(label) : style;
      const rings = (s) => (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1) || s.boxShadow !== 'none' || parseFloat(s.borderTopWidth) >= 2;
      const x = Math.min(Math.max(box.x + Math.min(box.width, innerWidth) / 2, 0), innerWidth - 1);
      const y = box.y + Math.min(box.height, 20) / 2;
      const top = document.elementFromPoint(x, y);
      const covered = y < 0 || y > innerHeight || !(top && (e.contains(top) || top.contains(e) || top.closest('label')?.control === e));
      return { n: globalThis.order.get(e), what: `${e.tagName.toLowerCase()} "${(e.innerText || e.name || e.ariaLabel || '').trim().slice(0, 30)}"`,
        ring: rings(shown) || rings(style) || [...e.querySelectorAll('*')].some((c) => rings(getComputedStyle(c))), covered };
    });
    if (!at) break;
    if (seen.has(at.n)) continue;
    seen.add(at.n);
    if (!at.ring) faults.push(`focus does not show on ${at.what}`);
    if (at.covered) faults.push(`focus is covered on ${at.what}`);
  }
  if (seen.size < want) faults.push(`only ${seen.size} of ${want} places are reached by Tab`);
  return faults;
}, { size: { width: 360, height: 700 } }));

test('each page has one h1, landmarks, a language, a title of its own and a way to skip to it', () => everywhere(async (page) => page.evaluate(() => {
  const faults = [];
  if (document.querySelectorAll('h1').length !== 1) faults.push(`${document.querySelectorAll('h1').length} h1`);
  if (document.querySelectorAll('main').length !== 1) faults.push('no main');
  if (!document.documentElement.lang) faults.push('no language');
  if (!document.title.trim()) faults.push('no title');
  const skip = document.querySelector('a.skip');
  if (!skip || !document.querySelector(skip.getAttribute('href'))) faults.push('no way to skip');
  for (const image of document.querySelectorAll('img')) {
    if (!image.hasAttribute('alt')) faults.push(`a picture without alt: ${image.src}`);
    if (image.loading !== 'lazy' && !(image.complete && image.naturalWidth)) faults.push(`a picture that does not load: ${image.src}`);
  }
  return faults;
})));

test('without JavaScript the words are the same', async () => {
  const words = new Map();
  const text = (page) => page.evaluate(() => document.querySelector('main').textContent.replace(/\s+/g, ' ').trim());
  await everywhere(async (page, path, who) => { words.set(who + path, await text(page)); return []; });
  await everywhere(async (page, path, who) => (await text(page)).length * 1.2 + 50 < words.get(who + path).length ? ['fewer words'] : [],
    { context: { javaScriptEnabled: false } });
});

test('nothing is loaded from elsewhere and nothing breaks the policy', () => everywhere(async (page, path) => {
  const faults = [];
  const strange = (request) => { if (!request.url().startsWith(site.url) && !request.url().startsWith('data:')) faults.push(request.url()); };
  const said = (message) => { if (message.type() === 'error' && !/status of 404/.test(message.text())) faults.push(message.text()); };
  page.on('request', strange);
  page.on('console', said);
  await page.goto(site.url + path);
  page.off('request', strange);
  page.off('console', said);
  return faults;
}));

test('the first page without photos is small, and the style sheet too', async () => {
  let bytes = 0, css = 0;
  const page = await pages.member.context.newPage();
  page.on('response', async (r) => {
    const n = (await r.body().catch(() => '')).length;
    if (!/image/.test(r.headers()['content-type'] ?? '')) bytes += n;
    if (/css/.test(r.headers()['content-type'] ?? '')) css += n;
  });
  await page.goto(site.url + '/home');
  await page.waitForLoadState('networkidle');
  assert.ok(bytes <= 100 * 1024, `${bytes} bytes`);
  await page.close();
  const front = await pages.visitor.context.newPage();
  bytes = 0;
  front.on('response', async (r) => { bytes += (await r.body().catch(() => '')).length; });
  await front.goto(site.url + '/');
  await front.waitForLoadState('networkidle');
  await front.close();
  assert.ok(bytes <= 60 * 1024, `${bytes} bytes for a visitor`);
  assert.ok(css <= 32 * 1024, `${css} bytes of CSS`);
});

test('a veil is a disclosure by keyboard: named by its sentence, nothing fetched before it is opened, focus stays', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const fetched = [];
  await page.goto(site.url + veiled);
  const behind = await page.$eval('.veil img', (img) => img.getAttribute('src'));
  await page.close();
  const again = await context.newPage();
  await again.route('**/media/**', (route) => { fetched.push(new URL(route.request().url()).pathname); route.continue(); });
  await again.goto(site.url + veiled, { waitUntil: 'networkidle' });
  const full = await again.$eval('.veil img', (img) => [img.getAttribute('src'), ...(img.getAttribute('srcset') ?? '').split(', ').map((s) => s.split(' ')[0])]);
  assert.ok(full.includes(behind));
  assert.ok(!fetched.some((f) => full.includes(f)), 'the photo behind a closed veil was fetched');
  const summary = await again.$('.veil > summary');
  await summary.focus();
  assert.match(await summary.innerText(), /Where we said goodbye to her\./);
  await again.keyboard.press('Enter');
  assert.ok(await again.$eval('.veil', (d) => d.open));
  assert.ok(await again.$eval('.veil > summary', (s) => s === document.activeElement), 'focus stays');
  await again.waitForFunction(() => document.querySelector('.veil img').naturalWidth > 0);
  assert.ok(fetched.some((f) => full.includes(f)));
  await context.close();
});
