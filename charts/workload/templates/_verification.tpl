{{/* Where a Job that proves something runs: (dict "root" $ "app" name "containers" text "volumes" text). */}}
{{- define "workload.proof" -}}
template:
  metadata:
    labels:
      {{- include "workload.appLabels" (dict "root" .root "app" .app) | nindent 6 }}
    {{- include "workload.toItsEnd" . | nindent 4 }}
  spec:
    serviceAccountName: {{ .app }}
    automountServiceAccountToken: false
    enableServiceLinks: false
    restartPolicy: Never
    priorityClassName: background
    securityContext:
      {{- include "workload.podSecurity" 10001 | nindent 6 }}
    containers:
      {{- .containers | nindent 6 }}
    volumes:
      - name: proofs
        configMap:
          name: {{ .app }}
{{- end }}

{{/* The container that tries the checks of checks.json: (dict "name" name "image" image). */}}
{{- define "workload.verify" -}}
- name: {{ .name }}
  image: {{ .image }}
  command: [python, -B, /proofs/verify.py, /proofs/checks.json]
  resources:
    requests: {cpu: 50m, memory: 64Mi}
    limits: {cpu: 250m, memory: 128Mi}
  securityContext:
    {{- include "workload.containerSecurity" true | nindent 4 }}
  volumeMounts:
    - {name: proofs, mountPath: /proofs, readOnly: true}
{{- end }}

{{/* Account, network policy and files of one: (dict "root" $ "app" name "policy" policy "files" dict). */}}
{{- define "workload.proofContext" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .app }}
  labels:
    {{- include "workload.appLabels" . | nindent 4 }}
automountServiceAccountToken: false
---
{{ include "workload.networkPolicy" (dict "root" .root "name" (printf "%s-policy" .app) "policy" .policy) }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .app }}
  labels:
    {{- include "workload.appLabels" . | nindent 4 }}
data:
  {{- toYaml .files | nindent 2 }}
{{- end }}

{{/* Head of a CronJob that never starts by itself; `kubectl create job --from=cronjob/<name>` starts it. */}}
{{- define "workload.onDemand" -}}
apiVersion: batch/v1
kind: CronJob
metadata:
  name: {{ .app }}
  labels:
    {{- include "workload.appLabels" . | nindent 4 }}
spec:
  # A CronJob must have an hour; suspended, it never comes.
  suspend: true
  schedule: "0 0 1 1 *"
  timeZone: Etc/UTC
  concurrencyPolicy: Forbid
  successfulJobsHistoryLimit: 3
  failedJobsHistoryLimit: 3
  jobTemplate:
    spec:
{{- end }}
