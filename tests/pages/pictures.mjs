// node tests/pages/pictures.mjs: takes the pictures of README and docs anew, into docs/pictures.
import { mkdirSync } from 'node:fs';
import { Site, browse, settle, signIn } from './site.mjs';

const where = new URL('../../docs/pictures/', import.meta.url).pathname;
mkdirSync(where, { recursive: true });
const site = await new Site().start(8080);
const browser = await browse();
try {
  const { people, posts } = await settle(site);
  const shots = [
    ['home', '/', people.maren, 1280, 'light'], ['home-dark', '/', people.maren, 1280, 'dark'], ['home-phone', '/', people.maren, 360, 'light'],
    ['post', new URL(posts.boats.url).pathname, null, 1280, 'light'], ['post-phone', new URL(posts.boats.url).pathname, people.wanda, 360, 'dark'],
    ['profile', '/@joaquim', null, 1280, 'light'], ['compose', '/write', people.wanda, 1280, 'light'],
  ];
  for (const [name, path, person, width, colorScheme] of shots) {
    const context = await browser.newContext({ viewport: { width, height: width > 600 ? 860 : 740 }, colorScheme, deviceScaleFactor: 1 });
    const page = await context.newPage();
    if (person) await signIn(page, site, person);
    await page.goto(site.url + path);
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: `${where}${name}.png` });
    await context.close();
  }
} finally {
  await browser.close();
  site.stop();
}
