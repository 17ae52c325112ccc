{{- define "foundation.labels" -}}
app.kubernetes.io/part-of: {{ .Values.product }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* The body of an ExternalSecret: sources are read hourly, and the templates make the Secret's keys of them. */}}
{{- define "foundation.externalSecret" -}}
refreshInterval: 1h
secretStoreRef:
  kind: ClusterSecretStore
  name: aws-secrets-manager
target:
  name: {{ .name }}
  creationPolicy: Owner
  # The Secret outlives a mistaken removal in Secrets Manager, so running pods can still be replaced.
  deletionPolicy: Retain
  template:
    engineVersion: v2
    type: Opaque
    data:
      {{- toYaml .data | nindent 6 }}
data:
  {{- range $name, $source := .sources }}
  - secretKey: {{ $name }}
    remoteRef:
      {{- toYaml $source | nindent 6 }}
  {{- end }}
{{- end }}
