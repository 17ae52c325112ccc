{{- define "cluster.labels" -}}
app.kubernetes.io/part-of: platform
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* One step of the drain: delete every object of a kind and wait until it is gone. */}}
{{- define "cluster.delete" -}}
image: {{ .image }}
command: [kubectl]
args: [delete, {{ .kind }}, --all, --wait=true, --timeout=20m, --cache-dir=/tmp/kubectl]
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
volumeMounts:
  # kubectl keeps what it discovers about the API; the rest of the file system is read-only.
  - name: cache
    mountPath: /tmp
resources:
  requests: {cpu: 50m, memory: 64Mi}
  limits: {cpu: 200m, memory: 128Mi}
{{- end }}

{{/* Only machines whose network cards encrypt what they send each other, where that is asked for. */}}
{{- define "cluster.encryptedNetwork" -}}
{{- if .Values.encryptedNetwork }}
- key: karpenter.k8s.aws/instance-encryption-in-transit-supported
  operator: In
  values: ["true"]
{{- end }}
{{- end }}

{{/* The label of a node that the stack's zones are values of: ids are the same in every account, names are not. */}}
{{- define "cluster.zoneLabel" -}}
{{- ternary "topology.k8s.aws/zone-id" "topology.kubernetes.io/zone" (contains "-az" (first .Values.zones)) }}
{{- end }}
