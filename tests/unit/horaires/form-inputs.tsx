import { renderToStaticMarkup } from 'react-dom/server';
import { HorairesEditor } from '#app/components/horaires-editor.tsx';
import { type EditorDraft, viewOf } from '#app/domain/horaires/form-editor.ts';
import { entriesOfHtml } from '#tests/support/form-inputs.ts';

/** What a browser would send of the editor as it is drawn: the names and values of its inputs, in their order; no button. */
export function entriesOfEditor(draft: EditorDraft): [string, string][] {
  const place = { from: '2026-11-25', territory: '33', zone: 'Europe/Paris', booked: [] };
  const html = renderToStaticMarkup(
    <HorairesEditor initial={viewOf(draft)} stored={draft.source} place={place}>
      {null}
    </HorairesEditor>,
  );
  return entriesOfHtml(html);
}
