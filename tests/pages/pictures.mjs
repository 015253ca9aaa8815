// node tests/pages/pictures.mjs [FOLDER]: takes the pictures of README and docs anew, into docs/pictures or FOLDER.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { Site, browse, journal, settle, signIn } from './site.mjs';

// The preset picked, its switches unfolded, something written.
async function hardNews(page) {
  await page.fill('textarea[name=text]', 'We are at the hospital with Tobias. I will write here when there is something to say.');
  await page.check('label:has-text("Hard news") input[name=preset]');
  await Promise.all([page.waitForNavigation(), page.click('button[value=preset]')]);
}

const where = process.argv[2] ? `${resolve(process.argv[2])}/` : new URL('../../docs/pictures/', import.meta.url).pathname;
mkdirSync(where, { recursive: true });
const site = await new Site().start(8080);
const browser = await browse();
try {
  const { people, posts } = await settle(site);
  const shots = [
    ['home', '/', people.maren, 1280, 'light'], ['home-dark', '/', people.maren, 1280, 'dark'], ['home-phone', '/', people.maren, 360, 'light'],
    ['post', new URL(posts.boats.url).pathname, null, 1280, 'light'], ['post-phone', new URL(posts.boats.url).pathname, people.wanda, 360, 'dark'],
    ['profile', '/@joaquim', null, 1280, 'light'], ['compose', '/write', people.wanda, 1280, 'light'],
    ['compose-hard-news', '/write', people.maren, 1280, 'light', hardNews], ['hard-news', new URL(posts.news.url).pathname, people.wanda, 1280, 'light'],
    ['quiet-inbox', '/quiet-inbox', people.maren, 1280, 'light'], ['quiet-inbox-phone', '/quiet-inbox', people.maren, 360, 'dark'],
    ['journal', '/@orchard_year', null, 1280, 'light'],
  ];
  const owner = await browser.newPage();
  await signIn(owner, site, people.maren);
  await journal(owner, site, people.wanda);
  await owner.close();
  for (const [name, path, person, width, colorScheme, prepare] of shots) {
    const context = await browser.newContext({ viewport: { width, height: width > 600 ? 860 : 740 }, colorScheme, deviceScaleFactor: 1 });
    const page = await context.newPage();
    if (person) await signIn(page, site, person);
    await page.goto(site.url + path);
    await page.waitForLoadState('networkidle');
    if (prepare) await prepare(page);
    await page.screenshot({ path: `${where}${name}.png`, fullPage: Boolean(prepare) });
    await context.close();
  }
} finally {
  await browser.close();
  site.stop();
}
