// The text in the data of a code: digits, capitals and bytes, in pieces.

const CAPITALS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const END = 0;
const DIGITS = 1;
const ALPHANUMERIC = 2;
const BYTES = 4;
const CHARACTER_SET = 7;

class NotForUs extends Error {}

const reader = (data) => {
  let at = 0;
  const left = () => 8 * data.length - at;
  const take = (bits) => {
    if (bits > left()) throw new NotForUs();
    let value = 0;
    for (const end = at + bits; at < end; at += 1) value = (value << 1) | ((data[at >> 3] >> (7 - (at & 7))) & 1);
    return value;
  };
  return { left, take };
};

const digits = ({ take }, length) => {
  let text = "";
  for (let left = length; left > 0; left -= 3) {
    const size = Math.min(3, left);
    const value = String(take([4, 7, 10][size - 1]));
    if (value.length > size) throw new NotForUs();
    text += value.padStart(size, "0");
  }
  return text;
};

const capitals = ({ take }, length) => {
  let text = "";
  for (let left = length; left > 0; left -= 2) {
    const value = take(left > 1 ? 11 : 6);
    if (value >= (left > 1 ? 45 * 45 : 45)) throw new NotForUs();
    text += left > 1 ? CAPITALS[Math.floor(value / 45)] + CAPITALS[value % 45] : CAPITALS[value];
  }
  return text;
};

const bytes = ({ take }, length) => {
  const read = Uint8Array.from({ length }, () => take(8));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(read);
  } catch {
    return new TextDecoder("latin1").decode(read);
  }
};

// How many bits say the length of a piece, in versions up to 9 and from 10 on.
const PIECES = { [DIGITS]: [10, 12, digits], [ALPHANUMERIC]: [9, 11, capitals], [BYTES]: [8, 16, bytes] };

// The whole text; null where the code holds something else (kanji, a part of a row of codes).
export const textOf = (data, version) => {
  const bits = reader(data);
  let text = "";
  try {
    while (bits.left() >= 4) {
      const mode = bits.take(4);
      if (mode === END) break;
      if (mode === CHARACTER_SET) {
        // Its number has one byte, or two, or three; UTF-8 is recognised without it.
        if (bits.take(1) === 0) bits.take(7);
        else bits.take(bits.take(1) === 0 ? 14 : 22);
        continue;
      }
      const [short, long, read] = PIECES[mode] ?? [];
      if (!read) return null;
      text += read(bits, bits.take(version < 10 ? short : long));
    }
  } catch (error) {
    if (error instanceof NotForUs) return null;
    throw error;
  }
  return text;
};
