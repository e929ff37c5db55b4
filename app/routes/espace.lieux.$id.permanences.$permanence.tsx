import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { pageTitle } from '#app/components/frame.ts';
import { Breadcrumb } from '#app/components/layout.tsx';
import { LieuNav } from '#app/components/lieu-nav.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { PermanenceForm } from '#app/components/permanence-form.tsx';
import { savedQuery } from '#app/components/saved-notice.tsx';
import { editorOfEntries, editorOfText, viewOf } from '#app/domain/horaires/form-editor.ts';
import { draftOfPermanence, permanenceOfEntries } from '#app/domain/permanence-draft.ts';
import { BUSY } from '#app/http/busy.server.ts';
import { espacePath } from '#app/http/fiche-path.ts';
import {
  bookedLeftOut,
  calendarPlaceOf,
  findPermanence,
  inWords,
  loadPermanences,
  readPermanenceForm,
  readSeenPermanences,
  savePermanence,
} from '#app/http/permanences.server.ts';
import { unlessSeen } from '#app/http/section.server.ts';
import { readEditorIntent } from '#app/http/section-form.server.ts';
import editorCss from '#app/styles/editor.css?url';

export const links = () => [{ rel: 'stylesheet', href: editorCss }];

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [
  { title: pageTitle(loaded ? `Une permanence, ${loaded.nom}` : 'Une permanence') },
];

export async function loader({ params, request, context }: LoaderFunctionArgs) {
  const target = await loadPermanences(context, request, params);
  const { fiche, stored, canBook } = target;
  const permanence = findPermanence(target, params.permanence);
  return {
    lieuId: fiche.id,
    nom: fiche.nom ?? 'Lieu sans nom',
    count: stored.length,
    canBook,
    place: await calendarPlaceOf(context, target, permanence),
    form: {
      id: permanence.id,
      nouvelle: params.permanence === 'nouvelle',
      draft: draftOfPermanence(permanence),
      view: viewOf(editorOfText(permanence.horaires)),
      stored: permanence.horaires,
      base: JSON.stringify(stored),
    },
  };
}

export async function action({ params, request, context }: ActionFunctionArgs) {
  const target = await loadPermanences(context, request, params);
  await context.limits.spend('edition', target.identity.utilisateurId);
  const form = await request.formData();
  const intent = form.get('intent');
  const id = String(form.get('id') ?? '');
  const known = target.shown.find((permanence) => permanence.id === id);
  const edited = readEditorIntent(form, known?.horaires ?? null);
  const seen = readSeenPermanences(form);
  const typed = {
    stamp: context.requestId,
    id,
    draft: permanenceOfEntries(form),
    view: edited ?? viewOf(editorOfEntries(form)),
    base: JSON.stringify(seen),
    errors: [],
    refus: null,
    conflict: null,
    confirmRemoval: false,
    booked: null,
  };
  const backTo = espacePath(target.fiche.id, 'permanences');
  if (edited) return data(typed);
  if (intent === 'supprimer') {
    const booked = await bookedLeftOut(context, target, { known, next: null });
    return data({ ...typed, confirmRemoval: true, booked });
  }
  if (form.get('choix') === 'autre') return redirect(backTo);
  const removal = intent === 'supprimer-oui';
  const read = removal ? { ok: true as const, permanence: null } : readPermanenceForm(context, target, form);
  if (!read.ok) return data({ ...typed, errors: read.errors }, { status: 422 });
  if (!removal) {
    const booked = unlessSeen(await bookedLeftOut(context, target, { known, next: read.permanence }), form);
    if (booked.length > 0) return data({ ...typed, booked }, { status: 409 });
  }
  const saved = await savePermanence(context, target, { id, permanence: read.permanence, seen });
  if (saved === 'occupe') return data({ ...typed, refus: BUSY }, { status: 503 });
  if (saved.ok) return redirect(`${backTo}${savedQuery(saved)}`);
  const conflict = { theirs: inWords(saved.theirs), mine: inWords(read.permanence) };
  return data({ ...typed, base: JSON.stringify(saved.stored), conflict }, { status: 409 });
}

export default function EditPermanence() {
  const { lieuId, nom, count, canBook, place, form } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const backTo = espacePath(lieuId, 'permanences');
  return (
    <>
      <Breadcrumb
        steps={[
          { label: 'Mes lieux', to: '/espace' },
          { label: nom, to: espacePath(lieuId) },
          { label: 'Permanences', to: backTo },
        ]}
      />
      <PageHeader title={form.nouvelle ? 'Ajouter une permanence' : 'Modifier une permanence'} />
      <div className="with-section-nav section-nav-above">
        <LieuNav lieuId={lieuId} current="permanences" canBook={canBook} permanences={count} />
        <PermanenceForm
          key={answer?.stamp ?? form.id}
          data={{ ...form, ...answer }}
          place={place}
          errors={answer?.errors ?? []}
          refus={answer?.refus ?? null}
          conflict={answer?.conflict ?? null}
          confirmRemoval={answer?.confirmRemoval ?? false}
          booked={answer?.booked ?? []}
          agendaPath={canBook ? `${espacePath(lieuId)}/rendez-vous` : null}
          backTo={backTo}
        />
      </div>
    </>
  );
}
