import { asker } from '../../shared/web/ask.js';

export function mount(component) {
  const ask = asker(component, 8000);
  component.element.querySelector('button').addEventListener('click', () => ask('draw', {}));
}
