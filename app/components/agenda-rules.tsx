import { Form } from '@remix-run/react';
import type { ReactNode } from 'react';
import type { AgendaAnswer, AgendaSettings } from '#app/http/agenda.server.ts';
import { describeHours, FermetureForm, PlageForm, PrestationForm, RessourceForm } from './agenda-forms.tsx';
import { Button } from './button.tsx';
import { plainField, RadioGroup } from './fields.tsx';
import { formatDate, formatDuration } from './format.ts';

type Agenda = NonNullable<AgendaSettings['agenda']>;

/** Everything that decides when appointments are offered, each thing with its way out and, folded, a form for one more. */
export function AgendaRulesEditor({
  agenda,
  today,
  answer,
}: {
  agenda: Agenda;
  today: string;
  answer: AgendaAnswer | undefined;
}) {
  const { ressources, prestations, plages, fermetures } = agenda;
  const nameOf = (things: readonly { id: number; nom: string }[], id: number | null) =>
    things.find((one) => one.id === id)?.nom ?? '';
  return (
    <div className="stack">
      <Rules
        title="Horaires de rendez-vous"
        intent="supprimer_plage"
        empty="Aucun horaire : rien n’est proposé au public."
      >
        {plages.map((plage) => ({
          id: plage.id,
          label: describeHours(plage),
          detail: [
            nameOf(ressources, plage.ressource_id),
            plage.prestation_ids.map((id) => nameOf(prestations, id)).join(', '),
            plage.toutes_les > 1 ? `une semaine sur ${plage.toutes_les}` : '',
            plage.valide_du > today ? `à partir du ${formatDate(plage.valide_du)}` : '',
            plage.valide_au ? `jusqu’au ${formatDate(plage.valide_au)}` : '',
          ],
        }))}
      </Rules>
      <More label="Ajouter des horaires" open={answer?.intent === 'plage'}>
        <PlageForm ressources={ressources} prestations={prestations} today={today} answer={answer} />
      </More>

      <Rules title="Absences et fermetures" intent="supprimer_fermeture" empty="Aucune absence prévue.">
        {fermetures.map((fermeture) => ({
          id: fermeture.id,
          label: fermeture.ressource_id === null ? 'Tout le lieu' : nameOf(ressources, fermeture.ressource_id),
          detail: [describeClosure(fermeture), fermeture.motif ?? ''],
        }))}
      </Rules>
      <More label="Ajouter une absence ou une fermeture" open={answer?.intent === 'fermeture'}>
        <FermetureForm ressources={ressources} answer={answer} />
      </More>

      <Rules title="Types d’aide" intent="supprimer_prestation" empty="Aucun type d’aide.">
        {prestations.map(({ id, nom, duree, tampon }) => ({
          id,
          label: nom,
          detail: [formatDuration(duree), tampon > 0 ? `puis ${formatDuration(tampon)} de libre` : ''],
        }))}
      </Rules>
      <More label="Ajouter un type d’aide" open={answer?.intent === 'prestation'}>
        <PrestationForm ressources={ressources} answer={answer} />
      </More>

      <Rules title="Qui reçoit" intent="supprimer_ressource" empty="Personne.">
        {ressources.map(({ id, nom }) => ({ id, label: nom, detail: [] }))}
      </Rules>
      <More label="Ajouter une personne ou un bureau" open={answer?.intent === 'ressource'}>
        <RessourceForm answer={answer} />
      </More>

      <section aria-labelledby="reglages">
        <h2 id="reglages">Réglages</h2>
        <Form method="post" className="form">
          <RadioGroup
            field={plainField('actif', { value: agenda.actif ? 'oui' : 'non' })}
            label="Rendez-vous sur ce site"
            options={[
              { value: 'oui', label: 'Ouverts au public' },
              { value: 'non', label: 'Fermés pour l’instant', help: 'Les rendez-vous déjà pris restent.' },
            ]}
          />
          <RadioGroup
            field={plainField('feries', { value: agenda.feries })}
            label="Jours fériés"
            options={[
              { value: 'ferme', label: 'Pas de rendez-vous' },
              { value: 'ouvert', label: 'Comme les autres jours' },
            ]}
          />
          <div className="form-actions">
            <Button look="secondary" name="intent" value="reglages">
              Enregistrer
            </Button>
          </div>
        </Form>
      </section>
    </div>
  );
}

interface Rule {
  id: number;
  label: string;
  detail: readonly string[];
}

function Rules({
  title,
  intent,
  empty,
  children,
}: {
  title: string;
  intent: string;
  empty: string;
  children: readonly Rule[];
}) {
  return (
    <section aria-labelledby={intent}>
      <h2 id={intent}>{title}</h2>
      {children.length === 0 ? <p className="muted">{empty}</p> : null}
      <ul className="plain-list regles">
        {children.map(({ id, label, detail }) => (
          <li key={id} className="regle">
            <div>
              <p className="regle-nom">{label}</p>
              <p className="muted small">{detail.filter(Boolean).join(' · ')}</p>
            </div>
            <Form method="post">
              <input type="hidden" name="id" value={id} />
              <Button look="quiet" name="intent" value={intent}>
                Supprimer<span className="visually-hidden"> : {label}</span>
              </Button>
            </Form>
          </li>
        ))}
      </ul>
    </section>
  );
}

function More({ label, open, children }: { label: string; open: boolean; children: ReactNode }) {
  return (
    <details className="regle-plus" open={open}>
      <summary>{label}</summary>
      {children}
    </details>
  );
}

/** Whole days are written with their last day, as people say them. */
function describeClosure({ debut, fin }: { debut: string; fin: string | null }): string {
  const first = formatDate(debut.slice(0, 10));
  if (fin === null) return `à partir du ${first}`;
  const last = new Date(Date.parse(`${fin}Z`) - 1000).toISOString().slice(0, 10);
  return last === debut.slice(0, 10) ? `le ${first}` : `du ${first} au ${formatDate(last)}`;
}
