import { Form } from '@remix-run/react';
import type { DecisionDraft } from '#app/domain/decisions.ts';
import type { ReviewItem } from '#app/domain/review.ts';
import { Button } from './button.tsx';
import { ErrorSummary } from './notice.tsx';
import { ReasonFields, RevisionItem } from './revision-decision.tsx';

/** The fields of an open revision with a decision for each, and the two decisions for all of them at once. */
export function RevisionForm({
  items,
  drafts,
  errors,
}: {
  items: readonly ReviewItem[];
  drafts: Partial<Record<string, DecisionDraft>>;
  errors: Partial<Record<string, string>>;
}) {
  const open = items.filter(({ decision }) => decision === null);
  const done = items.filter(({ decision }) => decision !== null);
  return (
    <>
      <ErrorSummary
        errors={Object.entries(errors).flatMap(([key, message]) =>
          message ? [{ id: key === 'tout' ? 'decider' : `decision-${key}`, message }] : [],
        )}
      />
      <Form method="post" className="revision-form">
        {open.map((item) => (
          <RevisionItem key={item.key} item={item} draft={drafts[item.key]} error={errors[item.key]} />
        ))}
        <section className="revision-actions" id="decider" tabIndex={-1} aria-label="Enregistrer">
          <div className="form-actions">
            <Button>Enregistrer mes décisions</Button>
            <Button look="secondary" name="tout" value="acceptee">
              Tout accepter
            </Button>
          </div>
          <details open={errors.tout !== undefined && drafts.tout !== undefined}>
            <summary>Tout refuser pour la même raison</summary>
            <ReasonFields name="tout" label="toute la modification" draft={drafts.tout} />
            <Button look="danger" name="tout" value="refusee">
              Tout refuser
            </Button>
          </details>
        </section>
      </Form>
      {done.length > 0 ? <RevisionDone items={done} title="Déjà décidé" /> : null}
    </>
  );
}

/** Fields that are decided: nothing to do any more. */
export function RevisionDone({ items, title }: { items: readonly ReviewItem[]; title: string }) {
  return (
    <>
      <h2 className="visually-hidden">{title}</h2>
      {items.map((item) => (
        <RevisionItem key={item.key} item={item} />
      ))}
    </>
  );
}
