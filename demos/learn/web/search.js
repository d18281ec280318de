// A search field and its results.

// Two ways of writing a word are one: full or half width, capital or small, katakana or hiragana.
export function plain(text) {
  const hiragana = (letter) => String.fromCharCode(letter.charCodeAt(0) - 96);
  return text.normalize('NFKC').toLowerCase().replace(/[ァ-ヶ]/g, hiragana);
}

// A function that says whether each of the words in a field stands in a text, which is plain.
export function matching(field) {
  const wanted = plain(field.value).split(/\s+/).filter(Boolean);
  return (text) => wanted.every((part) => text.includes(part));
}
