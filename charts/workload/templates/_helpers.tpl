{{- define "workload.labels" -}}
app.kubernetes.io/part-of: {{ .Values.product }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* Labels of one application: (dict "root" $ "app" name). Selectors use `app` alone, which never changes. */}}
{{- define "workload.appLabels" -}}
app: {{ .app }}
app.kubernetes.io/name: {{ .app }}
{{ include "workload.labels" .root }}
{{- end }}

{{/* A pod's security context for a user id: never root, no more system calls than the runtime's default profile. */}}
{{- define "workload.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ . | int64 }}
runAsGroup: {{ . | int64 }}
fsGroup: {{ . | int64 }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "workload.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: {{ . }}
capabilities:
  drop: [ALL]
{{- end }}

{{/* `envFrom` when every key of the Secret is wanted. */}}
{{- define "workload.secretEnvFrom" -}}
{{- if and . .whole -}}
envFrom:
  - secretRef:
      name: {{ .name }}
{{- end }}
{{- end }}

{{/* `envFrom` of a service: what all of them share, and the Secret when every key of it is wanted. */}}
{{- define "workload.environmentFrom" -}}
{{- $whole := dig "secretEnvironment" "whole" false .service -}}
{{- if or .root.Values.environment $whole -}}
envFrom:
  {{- if .root.Values.environment }}
  - configMapRef:
      name: {{ .root.Values.product }}-environment
  {{- end }}
  {{- if $whole }}
  - secretRef:
      name: {{ .service.secretEnvironment.name }}
  {{- end }}
{{- end }}
{{- end }}

{{/* List items of `env` for the keys that are wanted. */}}
{{- define "workload.secretEnv" -}}
{{- $name := .name }}
{{- range .keys }}
- name: {{ . }}
  valueFrom:
    secretKeyRef:
      name: {{ $name }}
      key: {{ . }}
{{- end }}
{{- end }}

{{/* List items of `env` for fields of the pod; they come before those that name them. */}}
{{- define "workload.podFields" -}}
{{- range $name, $path := . }}
- name: {{ $name }}
  valueFrom:
    fieldRef:
      fieldPath: {{ $path }}
{{- end }}
{{- end }}

{{/* A file's path as a key of a ConfigMap: /app/config.toml is app__config.toml. */}}
{{- define "workload.fileKey" -}}
{{- . | trimPrefix "/" | replace "/" "__" }}
{{- end }}

{{/* Peers and ports of one flow; `direction` is `from` or `to`. */}}
{{- define "workload.flow" -}}
{{- $flow := .flow -}}
- {{ .direction }}:
    {{- range $flow.cidrs }}
    - ipBlock:
        cidr: {{ . }}
        {{- with $flow.except }}
        except:
          {{- toYaml . | nindent 10 }}
        {{- end }}
    {{- end }}
    {{- with $flow.namespace }}
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: {{ . }}
    {{- end }}
    {{- if $flow.service }}
    - podSelector:
        matchLabels:
          {{- toYaml ($flow.labels | default (dict "app" $flow.service)) | nindent 10 }}
    {{- end }}
  ports:
    {{- range $flow.ports }}
    - port: {{ .number | int }}
      protocol: {{ .protocol }}
    {{- end }}
    {{- if and .mesh (or $flow.service $flow.namespace) }}
    # The tunnel between two pods; which port is meant inside it is held by the authorization policy.
    - port: 15008
      protocol: TCP
    {{- end }}
{{- end }}

{{/* A whole NetworkPolicy: (dict "root" $ "name" name "policy" policy). An empty direction denies everything. One for
     another namespace, "namespace" name, is of no mesh. With "hook" it is there before a Job that runs ahead of the release. */}}
{{- define "workload.networkPolicy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ .name }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "workload.labels" .root | nindent 4 }}
  annotations:
    groundwork/ingress: {{ include "workload.flowNames" .policy.ingress | quote }}
    groundwork/egress: {{ include "workload.flowNames" .policy.egress | quote }}
    {{- if .hook }}
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-weight: "-5"
    helm.sh/hook-delete-policy: before-hook-creation
    {{- end }}
spec:
  podSelector:
    matchLabels:
      {{- toYaml (.policy.labels | default (dict "app" .policy.app)) | nindent 6 }}
  policyTypes: [Ingress, Egress]
  {{- with .policy.ingress }}
  ingress:
    {{- range . }}
    {{- include "workload.flow" (dict "direction" "from" "flow" . "mesh" (and $.root.Values.mesh (not $.namespace))) | nindent 4 }}
    {{- end }}
  {{- end }}
  {{- with .policy.egress }}
  egress:
    {{- range . }}
    {{- include "workload.flow" (dict "direction" "to" "flow" . "mesh" (and $.root.Values.mesh (not $.namespace))) | nindent 4 }}
    {{- end }}
  {{- end }}
{{- if and .root.Values.mesh (not .namespace) (not .hook) }}
---
{{ include "workload.mesh" . }}
{{- end }}
{{- end }}

{{- define "workload.flowNames" -}}
{{- $names := list }}
{{- range . }}{{ $names = append $names .name }}{{ end }}
{{- join " " $names }}
{{- end }}
