import { renderToStaticMarkup } from 'react-dom/server';
import { HorairesEditor } from '#app/components/horaires-editor.tsx';
import { type EditorDraft, viewOf } from '#app/domain/horaires/form-editor.ts';

/** What a browser would send of the editor as it is drawn: the names and values of its inputs, in their order; no button. */
export function entriesOfEditor(draft: EditorDraft): [string, string][] {
  const place = { from: '2026-11-25', territory: '33', zone: 'Europe/Paris', booked: [] };
  const html = renderToStaticMarkup(
    <HorairesEditor initial={viewOf(draft)} stored={draft.source} place={place}>
      {null}
    </HorairesEditor>,
  );
  const controls = html.matchAll(/<(input)([^>]*)>|<(textarea|select)([^>]*)>(.*?)<\/(?:textarea|select)>/gs);
  return [...controls].flatMap(([, input, ofInput = '', other, ofOther = '', inside = '']): [string, string][] => {
    const attributes = input ? ofInput : ofOther;
    const name = attributeOf(attributes, 'name');
    if (name === null || name.startsWith('copie.')) return [];
    if (other === 'textarea') return [[name, decode(inside).replace(/^\n/, '')]];
    if (other === 'select') {
      const options = [...inside.matchAll(/<option([^>]*)>/g)].map(([, option = '']) => option);
      const chosen = options.find((option) => / selected(?:=|\s|$)/.test(option)) ?? options[0] ?? '';
      return [[name, attributeOf(chosen, 'value') ?? '']];
    }
    const isBox = /type="(?:checkbox|radio)"/.test(attributes);
    return isBox && !/ checked(?:=|\s|$)/.test(attributes) ? [] : [[name, attributeOf(attributes, 'value') ?? '']];
  });
}

function attributeOf(attributes: string, name: string): string | null {
  const value = new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1];
  return value === undefined ? null : decode(value);
}

function decode(html: string): string {
  return html
    .replace(/&quot;/g, '"')
    .replace(/&#x27;/g, "'")
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}
