// What a code is, where there is no network to ask: the same rules as in inventory/domain/scanning.py and recycling/codes.py.

const ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ";

export const asShown = (code) => (code.length === 7 ? `${code.slice(0, 3)}-${code.slice(3)}` : code);

// The code of an item in what was scanned or typed, or "" for what is none: a label's link, capitals, spaces, hyphens; an old
// barcode with the stars around it. `further` leads from further codes that are known here to the item's own.
export const itemIn = (text, further = new Map()) => {
  const plain = (text.match(/\/(?:i|items)\/([^/?#\s]+)/)?.[1] ?? text).toUpperCase().replace(/[\s*\-\u00ad\u2010-\u2015\u2212]/g, "");
  const known = further.get(plain);
  if (known || /^[A-Z]{3}[0-9]{6,9}$/.test(plain)) return known ?? plain;
  if (plain.length !== 7 || [...plain].some((one) => !ALPHABET.includes(one))) return "";
  const sum = [...plain].reverse().reduce((total, one, at) => {
    const value = ALPHABET.indexOf(one);
    return total + (at % 2 ? Math.floor((2 * value) / 30) + ((2 * value) % 30) : value);
  }, 0);
  return sum % 30 ? "" : plain;
};

// The shelf in a label's link, {site, code}; or what was typed as it would be the code of one, without a site.
export const shelfIn = (text) => {
  const [, site, linked] = text.match(/\/s\/([^/]+)\/((?:[^/?#\s%]|%[0-9a-f]{2})+)/i) ?? [];
  let code = linked ?? text;
  try {
    if (site) code = decodeURIComponent(linked);
  } catch {
    // Not in the letters of the web: then no shelf of ours.
  }
  return { site, code: code.trim().replace(/\s+/g, " ").toUpperCase() };
};
