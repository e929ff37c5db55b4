import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { pageTitle } from '#app/components/frame.ts';
import { HorairesForm } from '#app/components/horaires-form.tsx';
import { Breadcrumb } from '#app/components/layout.tsx';
import { LieuNav } from '#app/components/lieu-nav.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { savedQuery } from '#app/components/saved-notice.tsx';
import { SectionForm } from '#app/components/section-form.tsx';
import { SectionPreview } from '#app/components/section-preview.tsx';
import { canOnLieu } from '#app/domain/permissions.ts';
import { BUSY } from '#app/http/busy.server.ts';
import { espacePath } from '#app/http/fiche-path.ts';
import { bookedToConfirm, loadSection, previewSection, saveSection } from '#app/http/section.server.ts';
import { readBase, readEditorIntent, readSectionForm } from '#app/http/section-form.server.ts';
import editorCss from '#app/styles/editor.css?url';
import ficheCss from '#app/styles/fiche.css?url';
import { valuesOf } from '#db/fiches.ts';

export const links = () => [
  { rel: 'stylesheet', href: editorCss },
  { rel: 'stylesheet', href: ficheCss },
];

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [
  { title: pageTitle(loaded ? `${loaded.title}, ${loaded.nom}` : 'Modifier') },
];

export async function loader({ params, request, context }: LoaderFunctionArgs) {
  const { fiche, section, roles, values, base, pending, horaires } = await loadSection(context, request, params);
  return {
    lieuId: fiche.id,
    nom: fiche.nom ?? 'Lieu sans nom',
    name: section.name,
    title: section.title,
    values,
    base,
    pending,
    horaires,
    canBook: canOnLieu(roles, 'gerer_rendez_vous', fiche),
    permanences: valuesOf(fiche).permanences.length,
  };
}

export async function action({ params, request, context }: ActionFunctionArgs) {
  const target = await loadSection(context, request, params);
  await context.limits.spend('edition', target.identity.utilisateurId);
  const form = await request.formData();
  const stamp = context.requestId;
  const edited = target.horaires && readEditorIntent(form, target.horaires.stored);
  const typed = { stamp, base: String(form.get('base') ?? ''), horaires: edited ?? target.typedHoraires(form) };
  if (edited) return data({ ...typed, kind: 'typed' as const });
  const read = readSectionForm(form, target.section, target.sectionContext);
  if (!read.ok) {
    const horaires = read.horaires ?? typed.horaires;
    return data({ ...typed, kind: 'typed' as const, horaires, result: read.result }, { status: 422 });
  }
  if (form.get('intent') === 'revenir') return data({ ...typed, kind: 'typed' as const, result: read.result });
  if (form.get('intent') === 'apercu') {
    const view = await previewSection(context, target, read.values);
    return data({ stamp, kind: 'preview' as const, view, entries: target.entries(form) });
  }
  const booked = bookedToConfirm(target, read.values, form);
  if (booked.length > 0) {
    return data({ ...typed, kind: 'typed' as const, booked, result: read.result }, { status: 409 });
  }
  const base = readBase(form);
  const saved = await saveSection(context, target, { base, values: read.values });
  if (saved === 'occupe')
    return data({ ...typed, kind: 'typed' as const, result: read.result, refus: BUSY }, { status: 503 });
  if (saved.conflicts) {
    // From here on, what the others wrote is what the person has before their eyes.
    const seen = { ...base, ...Object.fromEntries(saved.conflicts.map(({ field, theirs }) => [field, theirs])) };
    const answer = { ...typed, kind: 'typed' as const, base: JSON.stringify(seen), conflicts: saved.conflicts };
    return data({ ...answer, result: read.result }, { status: 409 });
  }
  return redirect(`${espacePath(target.fiche.id)}${savedQuery(saved)}`);
}

export default function EditSection() {
  const loaded = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const lieuPath = espacePath(loaded.lieuId);
  return (
    <>
      <Breadcrumb
        steps={[
          { label: 'Mes lieux', to: '/espace' },
          { label: loaded.nom, to: lieuPath },
        ]}
      />
      <PageHeader title={loaded.title} />
      <div className={loaded.horaires ? 'with-section-nav section-nav-above' : 'with-section-nav'}>
        <LieuNav
          lieuId={loaded.lieuId}
          current={loaded.name}
          canBook={loaded.canBook}
          permanences={loaded.permanences}
        />
        {answer?.kind === 'preview' ? (
          <SectionPreview view={answer.view} entries={answer.entries} />
        ) : loaded.horaires ? (
          <HorairesForm
            key={answer?.stamp ?? loaded.name}
            loaded={loaded}
            horaires={loaded.horaires}
            answer={answer}
            agendaPath={loaded.canBook ? `${lieuPath}/rendez-vous` : null}
          />
        ) : (
          <SectionForm key={answer?.stamp ?? loaded.name} loaded={loaded} answer={answer} />
        )}
      </div>
    </>
  );
}
