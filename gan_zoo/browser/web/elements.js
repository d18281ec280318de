// Elements that scripts make, in the gallery and in sites of their own.

// An element. Its fields are properties where it has such, and attributes else; children are elements or texts.
export function make(tag, fields = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(fields)) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}
