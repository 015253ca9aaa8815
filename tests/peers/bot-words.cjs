// activitypub-bot is written for activitystrea.ms 4, which no registry has; what it needs of that beyond 3.1 stands here: contexts
// that are registered by address, documents written with the words that such documents are written with, and which are activities.
const jsonld = require('activitystrea.ms/node_modules/jsonld')();
const Loader = require('activitystrea.ms/src/contextloader.js');
const JsonLD = require('activitystrea.ms/src/jsonld.js');

const registered = new Map();
const makeDocLoader = Loader.prototype.makeDocLoader;
Loader.prototype.makeDocLoader = function (...rest) {
  const otherwise = makeDocLoader.apply(this, rest);
  return async (url, ...more) => registered.has(url) ? { contextUrl: null, documentUrl: url, document: registered.get(url) } : otherwise(url, ...more);
};

const words = ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1', 'https://purl.archive.org/socialweb/webfinger',
  'https://purl.archive.org/socialweb/thread/1.0', 'https://purl.archive.org/miscellany'];
JsonLD.compact = async (expanded, options = {}) => jsonld.compact(expanded,
  { '@context': options.useOriginalContext && options.origContext ? options.origContext : words }, { documentLoader: new Loader().makeDocLoader() });

const Base = require('activitystrea.ms/src/models/_base.js');
const activities = new Set(('Accept Activity Add Announce Arrive Block Create Delete Dislike Flag Follow Ignore Invite Join Leave Like Listen Move '
  + 'Offer Question Read Reject Remove TentativeAccept TentativeReject Travel Undo Update View').split(' ')
  .map((name) => 'https://www.w3.org/ns/activitystreams#' + name));
Base.prototype.isActivity = function () {
  return [this.type].flat().some((type) => activities.has(type));
};

// What is imported may hold what was imported before.
async function plain(value) {
  if (value instanceof Base) return value.export();
  if (Array.isArray(value)) return Promise.all(value.map(plain));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(await Promise.all(Object.entries(value).map(async ([key, inner]) => [key, await plain(inner)])));
}
const importAsWas = JsonLD.import;
JsonLD.import = async (input, ...rest) => importAsWas.call(JsonLD, await plain(input), ...rest);

// Last, because it takes over the functions above as they are then.
require('activitystrea.ms').registerContext = (url, document) => registered.set(url, document);
