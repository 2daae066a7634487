// Reed and Solomon's correction over the 256 numbers of the QR code (modulo x^8 + x^4 + x^3 + x^2 + 1).

const POWERS = new Uint8Array(510);
const LOGS = new Uint8Array(256);
for (let at = 0, value = 1; at < 255; at += 1) {
  POWERS[at] = POWERS[at + 255] = value;
  LOGS[value] = at;
  value = value & 128 ? (value << 1) ^ 0x11d : value << 1;
}
const times = (one, other) => (one && other ? POWERS[LOGS[one] + LOGS[other]] : 0);
const over = (one, other) => (one ? POWERS[LOGS[one] + 255 - LOGS[other]] : 0);
// Of a polynomial whose constant term comes first.
const valueAt = (polynomial, x) => polynomial.reduceRight((sum, term) => times(sum, x) ^ term, 0);

const syndromesOf = (words, number) =>
  Array.from({ length: number }, (_one, at) => words.reduce((sum, word) => times(sum, POWERS[at]) ^ word, 0));

// The polynomial whose roots are the inverses of the places of the errors (Berlekamp and Massey).
const locatorOf = (syndromes) => {
  let [now, before] = [[1], [1]];
  let [length, gap, last] = [0, 1, 1];
  for (let step = 0; step < syndromes.length; step += 1) {
    let wrong = syndromes[step];
    for (let at = 1; at <= length; at += 1) wrong ^= times(now[at] ?? 0, syndromes[step - at]);
    if (!wrong) {
      gap += 1;
      continue;
    }
    const factor = over(wrong, last);
    const better = [...now];
    before.forEach((term, at) => (better[at + gap] = (better[at + gap] ?? 0) ^ times(factor, term)));
    for (let at = 0; at < better.length; at += 1) better[at] ??= 0;
    if (2 * length <= step) {
      [length, before, last, gap] = [step + 1 - length, now, wrong, 1];
    } else {
      gap += 1;
    }
    now = better;
  }
  return { locator: now.slice(0, length + 1), length };
};

// `words`, of which the last `correction` are the check words, put right in place; false where more than `most` are wrong.
export const corrected = (words, correction, most) => {
  const syndromes = syndromesOf(words, correction);
  if (syndromes.every((one) => one === 0)) return true;
  const { locator, length } = locatorOf(syndromes);
  if (length > most) return false;
  const evaluator = Array.from({ length: correction }, (_one, at) =>
    locator.reduce((sum, term, place) => (place <= at ? sum ^ times(term, syndromes[at - place]) : sum), 0),
  );
  const slope = locator.map((term, at) => (at % 2 ? term : 0)).slice(1); // its derivative
  let put = 0;
  for (let place = 0; place < words.length; place += 1) {
    const root = POWERS[(255 - place) % 255];
    if (valueAt(locator, root)) continue;
    const steep = valueAt(slope, root);
    if (!steep) return false;
    words[words.length - 1 - place] ^= times(POWERS[place], over(valueAt(evaluator, root), steep));
    put += 1;
  }
  return put === length && syndromesOf(words, correction).every((one) => one === 0);
};
