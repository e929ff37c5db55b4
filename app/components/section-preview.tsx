import { Form } from '@remix-run/react';
import { Button } from './button.tsx';
import { Fiche, type FicheData } from './fiche.tsx';
import { Notice } from './notice.tsx';

/** The public fiche with the changes in it, before anything is saved; the form travels along, hidden. */
export function SectionPreview({
  view,
  entries,
}: {
  view: FicheData;
  entries: readonly (readonly [string, string])[];
}) {
  return (
    <div className="stack">
      <Notice kind="info" title="Aperçu : rien n’est encore enregistré" live>
        <p>Voici la fiche telle que le public la verra, avec vos changements.</p>
      </Notice>
      <Form method="post" className="form-actions">
        {entries.map(([name, value], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same name may come several times, in an order that counts
          <input key={index} type="hidden" name={name} value={value} />
        ))}
        <Button name="intent" value="enregistrer">
          Enregistrer
        </Button>
        <Button look="secondary" name="intent" value="revenir">
          Revenir au formulaire
        </Button>
      </Form>
      <div className="fiche-frame">
        <Fiche data={view} headingLevel={3} />
      </div>
    </div>
  );
}
