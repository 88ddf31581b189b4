#!/bin/sh
# Sets up the service account, the service and the warm hours. Before: an image, a Cloud SQL instance with grants.sql applied, and the
# secrets that service.yaml names. Run it again after a change; what is there already is kept.
set -eu
: "${PROJECT:?}" "${REGION:?}" "${INSTANCE:?}" "${IMAGE:?}" "${PUBLIC_URL:?}" "${PIPEDRIVE_URL:?}" "${RUN_TOKEN:?}"
ZONE_OF_PEOPLE=${ZONE_OF_PEOPLE:-Etc/UTC}
here=$(dirname "$0")
account="syncline@$PROJECT.iam.gserviceaccount.com"

gcloud iam service-accounts describe "$account" --project "$PROJECT" > /dev/null 2>&1 ||
  gcloud iam service-accounts create syncline --project "$PROJECT"

# To reach the database and to read its own six secrets: nothing else. What it may write is said in grants.sql.
gcloud projects add-iam-policy-binding "$PROJECT" --member "serviceAccount:$account" --role roles/cloudsql.client --condition None
for secret in state-url warehouse-url pipedrive-api-token webhook-path-secret webhook-password run-token; do
  gcloud secrets add-iam-policy-binding "syncline-$secret" --project "$PROJECT" \
    --member "serviceAccount:$account" --role roles/secretmanager.secretAccessor
done

sed -e "s|<PROJECT>|$PROJECT|g" -e "s|<REGION>|$REGION|g" -e "s|<INSTANCE>|$INSTANCE|g" -e "s|<IMAGE>|$IMAGE|g" \
  -e "s|<PUBLIC_URL>|$PUBLIC_URL|g" -e "s|<PIPEDRIVE_URL>|$PIPEDRIVE_URL|g" "$here/service.yaml" |
  gcloud run services replace - --project "$PROJECT" --region "$REGION"

# CRMs and the scheduler have no Google account: Syncline's own secrets stand before everything that writes.
gcloud run services add-iam-policy-binding syncline --project "$PROJECT" --region "$REGION" \
  --member allUsers --role roles/run.invoker

# Warm hours: a run every ten minutes keeps an instance, as idle ones stay some minutes. At no time they are half an hour apart: so long
# may Pipedrive be silent, and what it lost would not be seen, so that everything would be read.
schedule() {
  action=create
  gcloud scheduler jobs describe "$1" --project "$PROJECT" --location "$REGION" > /dev/null 2>&1 && action=update
  headers=--headers
  [ "$action" = update ] && headers=--update-headers
  gcloud scheduler jobs "$action" http "$1" --project "$PROJECT" --location "$REGION" \
    --schedule "$2" --time-zone "$ZONE_OF_PEOPLE" --http-method POST --attempt-deadline 30m \
    --uri "$PUBLIC_URL/syncs/pipedrive/run" "$headers" "X-Sync-Secret=$RUN_TOKEN"
}
schedule syncline-warm "*/10 7-19 * * 1-5"
schedule syncline-night "*/20 0-6,20-23 * * 1-5"
schedule syncline-weekend "*/20 * * * 0,6"
