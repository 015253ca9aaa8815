// What a person does on the pages, with JavaScript switched off: signing in, writing with a photo, commenting, favouriting,
// changing settings, letting an app in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Site, browse, settle, signIn } from './site.mjs';

const site = new Site();
let browser, place, page;

before(async () => {
  await site.start();
  place = await settle(site);
  browser = await browse();
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
  page = await context.newPage();
  await signIn(page, site, place.people.wanda);
});

after(async () => {
  await browser?.close();
  site.stop();
});

const path = (post) => new URL(post.url).pathname;

test('signing in leads home, newest first', async () => {
  await page.goto(site.url + '/home');
  const words = await page.textContent('main');
  assert.ok(words.indexOf('When shall we press the cider?') < words.indexOf('I will stop fishing'));
  assert.ok(words.includes('Maren Holt'));
});

test('a post with a photo and its description', async () => {
  await page.goto(site.url + '/compose');
  await page.fill('textarea[name=text]', 'Soup for six, if six come.');
  await page.setInputFiles('input[type=file]', new URL('photos/lake.webp', import.meta.url).pathname);
  const add = page.locator('button', { hasText: /add/i });
  if (await add.count()) await Promise.all([page.waitForNavigation(), add.first().click()]);
  assert.equal(await page.inputValue('textarea[name=text]'), 'Soup for six, if six come.', 'what was typed is kept');
  const alt = page.locator('textarea[name^=alt]');
  await alt.first().fill('A pot on a stove.');
  await Promise.all([page.waitForNavigation(), page.locator('button.button:not(.second)').last().click()]);
  const [post] = await place.people.wanda.call('GET', `/api/v1/accounts/${place.people.wanda.id}/statuses`);
  assert.equal(post.content, '<p>Soup for six, if six come.</p>');
  assert.equal(post.media_attachments[0].description, 'A pot on a stove.');
});

test('a post that cannot be sent keeps what was typed', async () => {
  await page.goto(site.url + '/compose');
  await page.fill('textarea[name=text]', 'x'.repeat(2100));
  await Promise.all([page.waitForNavigation(), page.locator('button.button:not(.second)').last().click()]);
  assert.equal((await page.inputValue('textarea[name=text]')).length, 2100);
  assert.match(await page.textContent('main'), /2,?000/);
});

test('a comment', async () => {
  await page.goto(site.url + path(place.posts.orchard));
  const form = page.locator('form', { has: page.locator('textarea') }).last();
  await form.locator('textarea').fill('I bring the big basket.');
  await Promise.all([page.waitForNavigation(), form.locator('button.button:not(.second)').last().click()]);
  assert.match(await page.textContent('main'), /I bring the big basket\./);
});

test('favourite and its undoing', async () => {
  for (const state of [true, false]) {
    await page.goto(site.url + path(place.posts.poll));
    const button = page.locator('form button', { hasText: /favourite/i }).first();
    await Promise.all([page.waitForNavigation(), button.click()]);
    const post = await place.people.wanda.call('GET', `/api/v1/statuses/${place.posts.poll.id}`);
    assert.equal(post.favourited, state);
  }
});

test('a vote', async () => {
  await page.goto(site.url + path(place.posts.poll));
  const vote = page.locator('form', { has: page.locator('input[type=radio]') }).first();
  await vote.locator('input[type=radio]').nth(1).check();
  await Promise.all([page.waitForNavigation(), vote.locator('button').last().click()]);
  const post = await place.people.wanda.call('GET', `/api/v1/statuses/${place.posts.poll.id}`);
  assert.deepEqual(post.poll.own_votes, [1]);
});

test('a new name in the settings', async () => {
  await page.goto(site.url + '/settings/profile');
  await page.fill('input[name=display_name]', 'Wanda P.');
  await Promise.all([page.waitForNavigation(), page.locator('form', { has: page.locator('input[name=display_name]') }).locator('button.button').first().click()]);
  assert.equal((await place.people.wanda.call('GET', '/api/v1/accounts/verify_credentials')).display_name, 'Wanda P.');
});

test('a public post has a page worth looking at, and tells other sites what it is', async () => {
  const context = await browser.newContext();
  const visitor = await context.newPage();
  await visitor.goto(site.url + path(place.posts.boats));
  const meta = (name) => visitor.getAttribute(`meta[property="${name}"]`, 'content');
  assert.match(await meta('og:title'), /Joaquim Sabrosa/);
  assert.match(await meta('og:image') ?? 'none', /^http/);
  assert.equal(await meta('og:url'), place.posts.boats.url);
  assert.equal(await visitor.getAttribute('link[rel=alternate][type="application/activity+json"]', 'href') !== null, true);
  const words = await visitor.textContent('main');
  assert.match(words, /I will come by on Sunday with soup/);
  assert.equal(await visitor.locator('img[alt^="Three small boats"]').count(), 1);
  await context.close();
});
