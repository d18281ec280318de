// A file of the visitor goes to the server as it is, which says what is wrong with it or sends what it becomes.
function bringer(trouble, most, tooLarge, hand) {
  return (file) => {
    if (!file) return;
    trouble.innerHTML = '';
    if (file.size > most) {
      const line = document.createElement('p');
      line.setAttribute('role', 'alert');
      line.textContent = tooLarge;
      trouble.replaceChildren(line);
      return;
    }
    const reader = new FileReader();
    reader.onload = () => hand(file.size ? reader.result : 'data:;base64,');
    reader.readAsDataURL(file);
  };
}
